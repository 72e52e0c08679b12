import { z } from "zod";

import { ScrimshawError } from "../errors.ts";
import { serverText } from "./server-text.ts";

const Epoch = z.int().min(0).max(0xffff_ffff);

const Answer = z.union([
  z.object({
    newlyCreated: z.object({
      blobObject: z.object({
        blobId: z.string(),
        size: z.int().min(0),
        certifiedEpoch: Epoch.nullish(),
        storage: z.object({ endEpoch: Epoch }),
        deletable: z.boolean(),
      }),
    }),
  }),
  z.object({ alreadyCertified: z.object({ blobId: z.string(), endEpoch: Epoch, object: z.string().optional() }) }),
  z.object({ markedInvalid: z.object({ blobId: z.string() }) }),
  z.object({ error: z.object({ errorMsg: z.string().optional(), error_msg: z.string().optional() }) }),
]);

/** What a publisher says it stored. */
export interface PublisherAnswer {
  readonly blobId: string;
  readonly endEpoch: number;
  readonly alreadyCertified: boolean;
  /** Known for a new blob. */
  readonly size: number | undefined;
  readonly certified: boolean;
  readonly deletable: boolean;
}

function refuse(code: string, expected: string, found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({ code, expected, found, next: "Try another publisher.", cause });
}

/**
 * Reads the body of an answer to `PUT /v1/blobs`.
 * @throws ScrimshawError `walrus.publisher-answer-invalid`, `walrus.blob-marked-invalid`, `walrus.publisher-failed`
 */
export function parsePublisherAnswer({ text, url }: { readonly text: string; readonly url: string }): PublisherAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const found = `${JSON.stringify(serverText(text, 80))} from ${url}`;
    throw refuse("walrus.publisher-answer-invalid", "a JSON answer", found, cause);
  }
  const parsed = Answer.safeParse(value);
  if (!parsed.success) {
    const expected = "newlyCreated or alreadyCertified, with Blob ID and end epoch";
    throw refuse("walrus.publisher-answer-invalid", expected, `another answer from ${url}`, parsed.error);
  }
  const answer = parsed.data;
  if ("newlyCreated" in answer) {
    const { blobId, size, certifiedEpoch, storage, deletable } = answer.newlyCreated.blobObject;
    const certified = certifiedEpoch !== null && certifiedEpoch !== undefined;
    return { blobId, endEpoch: storage.endEpoch, alreadyCertified: false, size, certified, deletable };
  }
  if ("alreadyCertified" in answer) {
    const { blobId, endEpoch, object } = answer.alreadyCertified;
    const deletable = object !== undefined;
    return { blobId, endEpoch, alreadyCertified: true, size: undefined, certified: true, deletable };
  }
  if ("markedInvalid" in answer) {
    const found = `${url}: marked invalid by the storage committee`;
    throw refuse("walrus.blob-marked-invalid", "a blob that Walrus holds", found);
  }
  const message = serverText(answer.error.errorMsg ?? answer.error.error_msg ?? "no reason given");
  throw refuse("walrus.publisher-failed", "the publisher to store the blob", `${url}: ${message}`);
}
