import { askPublisher, type AskPublisherOptions } from "./ask-publisher.ts";
import type { BlobInput } from "./blob-input.ts";
import type { BlobProgress } from "./blob-store.ts";
import { parsePublisherAnswer, type PublisherAnswer } from "./publisher-answer.ts";

const MAX_ANSWER = 65_536;

export type UploadBlobOptions = Omit<AskPublisherOptions, "path" | "size" | "body" | "headers" | "answerLimit"> & {
  readonly input: BlobInput;
  readonly onProgress?: (event: BlobProgress) => void;
};

/** One `PUT /v1/blobs`, streamed. What the publisher answers is read, not yet believed. */
export async function uploadBlob({ input, onProgress, ...options }: UploadBlobOptions): Promise<PublisherAnswer> {
  const { size } = input;
  const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
  const body = (): ReadableStream => input.body((sent) => onProgress?.({ kind: "upload", sent, size }));
  const text = await askPublisher({ ...options, path: "/v1/blobs", size, body, headers, answerLimit: MAX_ANSWER });
  return parsePublisherAnswer({ text, url: options.url });
}
