import { ScrimshawError } from "../errors.ts";
import type { PublisherAnswer } from "./publisher-answer.ts";
import { serverText } from "./server-text.ts";

function wrongTerms(expected: string, found: string): ScrimshawError {
  const next = "Try another publisher.";
  return new ScrimshawError({ code: "walrus.publisher-broke-terms", expected, found, next });
}

/**
 * Compares what a publisher says it stored with what was computed here and asked for.
 * @throws ScrimshawError `walrus.blob-id-mismatch`, `walrus.publisher-broke-terms`
 */
export function checkStored({
  answer,
  computed,
  deletable,
  leastEnd,
  url,
}: {
  readonly answer: PublisherAnswer;
  readonly computed: { readonly blobId: string; readonly size: number; readonly nShards: number };
  readonly deletable: boolean;
  /** First epoch for which nothing need be paid; undefined where the current epoch is unknown. */
  readonly leastEnd?: number | undefined;
  readonly url: string;
}): void {
  if (answer.blobId !== computed.blobId) {
    throw new ScrimshawError({
      code: "walrus.blob-id-mismatch",
      expected: `Blob ID ${computed.blobId}, computed here at ${computed.nShards} shards`,
      found: `${JSON.stringify(serverText(answer.blobId, 80))} from ${url}`,
      next: "Check that walrus.nShards is the network's shard count; otherwise do not use this publisher.",
    });
  }
  if (answer.size !== undefined && answer.size !== computed.size) {
    throw wrongTerms(`a blob of ${computed.size} bytes`, `${answer.size} bytes from ${url}`);
  }
  if (!answer.certified) throw wrongTerms("a certified blob", `one that is only registered, from ${url}`);
  if (answer.deletable && !deletable) throw wrongTerms("a permanent blob", `a deletable one from ${url}`);
  if (leastEnd !== undefined && answer.endEpoch < leastEnd) {
    throw wrongTerms(`a blob paid for until epoch ${leastEnd}`, `one until epoch ${answer.endEpoch} from ${url}`);
  }
}
