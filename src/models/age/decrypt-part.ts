import { createHash } from "node:crypto";
import type { ModelCache } from "../cache/model-cache.ts";
import { rehash } from "../gather-part.ts";
import type { Gathering, PlacedPart } from "../gather-part.ts";
import { partMismatch } from "../part-source.ts";
import { PositionedWriter } from "../positioned-writer.ts";
import type { EncryptedBlob } from "./age-file.ts";
import { identityMissing } from "./errors.ts";
import type { Identities } from "./identities.ts";
import { StreamCutter } from "./stream-cutter.ts";
import { withPlaintext } from "./with-plaintext.ts";

export interface Decrypting extends Gathering {
  readonly cache: ModelCache;
  readonly identities?: Identities | undefined;
}

/**
 * Brings a part of what a blob holds decrypted into a file, and checks it. If all its bytes are there from an earlier run, it is only
 * checked.
 * @throws ScrimshawError `models.identity-missing`, `models.part-mismatch`, errors of `withPlaintext`
 */
export async function decryptPart(
  gathering: Decrypting,
  { part, blob, start }: PlacedPart & { readonly blob: EncryptedBlob },
  have: number,
): Promise<void> {
  const { identities, handle } = gathering;
  if (have === part.length) {
    const there = createHash("sha256");
    await rehash(gathering, start, part.length, there);
    if (there.digest("hex") === part.sha256) return;
  }
  if (identities === undefined) throw identityMissing();
  const hash = createHash("sha256");
  const writer = new PositionedWriter({ handle, position: start });
  await withPlaintext({
    ...{ ...gathering, identities, blob },
    use: async (plaintext) => {
      for await (const piece of new StreamCutter(plaintext).cut(part.offset, part.length)) {
        hash.update(piece);
        await writer.write(piece);
      }
      await writer.end();
      const found = hash.digest("hex");
      if (found !== part.sha256) throw partMismatch(part, blob, found);
    },
  });
}
