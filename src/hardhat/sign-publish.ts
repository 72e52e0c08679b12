import type { Signer } from "ethers";
import { resolve } from "node:path";
import { signWithAccount } from "../chain/sign-digest.ts";
import { ScrimshawError } from "../errors.ts";
import { storeRelease } from "../models/publish.ts";
import type { PublishModelOptions } from "../models/publish.ts";
import { writeReleaseFile } from "../models/relay/release-file.ts";
import { signRelease } from "../models/relay/sign-release.ts";
import { writeNewFile } from "../walrus/write-new-file.ts";
import type { CommandOutcome } from "./command.ts";
import { parseTime } from "./parse-time.ts";

export interface SignPublishOptions {
  /** As `publishModel` takes them. */
  readonly publishing: PublishModelOptions;
  readonly signer: Signer;
  /** Where the signed release goes; nothing may be there yet. */
  readonly file: string;
  readonly deadline: string | undefined;
  readonly tag: string | undefined;
}

function requireNoTag(tag: string | undefined): void {
  if (tag === undefined) return;
  throw new ScrimshawError({
    code: "models.argument-invalid",
    expected: "no --tag beside --sign-only: a signed release holds none",
    found: tag,
    next: "Have the owner put the tag on the version once it exists: `npx hardhat model tag <reference> <tag>`.",
  });
}

/** What `model publish --sign-only` does: stores as a publish does, and signs what somebody else then sends. */
export async function signPublish(options: SignPublishOptions): Promise<CommandOutcome<object>> {
  const { publishing, signer, file, tag } = options;
  requireNoTag(tag);
  const deadline =
    options.deadline === undefined ? {} : { deadline: parseTime({ text: options.deadline, option: "--deadline" }) };
  const publisher = await signer.getAddress();
  const { release, same } = await storeRelease({ ...publishing, account: publisher });
  const { creator, name } = release;
  if (same) {
    return {
      result: { outcome: "unchanged", ...release, label: release.label ?? null, version: same.version, file: null },
      lines: [`model        ${creator}/${name}@${same.version} (unchanged: nothing to sign)`],
    };
  }
  const sign = signWithAccount(signer);
  const signed = await signRelease({ registry: publishing.registry, release, publisher, sign, ...deadline });
  const path = resolve(file);
  await writeNewFile({ path, data: Buffer.from(writeReleaseFile(signed)) });
  const until = new Date(Number(signed.deadline) * 1000).toISOString();
  return {
    result: { outcome: "signed", ...release, ...signed, label: release.label ?? null, file: path },
    lines: [
      `release      ${creator}/${name}@${signed.version}, signed by ${publisher}`,
      `until        ${until}, as long as version ${signed.version} is the next one`,
      `file         ${path}`,
      `next         have somebody run \`npx hardhat model relay ${file}\``,
    ],
  };
}
