import type { Encryption } from "../models/age/ciphertexts.ts";
import { ModelCache } from "../models/cache/model-cache.ts";

export interface EncryptToOptions {
  /** What `--encrypt-to` says: recipients, separated by commas. */
  readonly encryptTo: string | undefined;
  /** Path of a file of recipients. */
  readonly recipientsFile: string | undefined;
  /** Folder of the cache. */
  readonly cache: string;
}

/** The encryption that a publish was told to use, if any. @throws ScrimshawError `models.recipient-invalid`, `models.key-file-unreadable` */
export async function readEncryption(options: EncryptToOptions): Promise<Encryption | undefined> {
  const { encryptTo, recipientsFile, cache } = options;
  if (encryptTo === undefined && recipientsFile === undefined) return undefined;
  const { parseRecipients, readRecipientsFile } = await import("../models/age/recipients.ts");
  const texts = [encryptTo ?? "", recipientsFile === undefined ? "" : await readRecipientsFile(recipientsFile)];
  return { recipients: await parseRecipients(texts), cache: new ModelCache({ root: cache }) };
}

/** What stays public of a model that is encrypted, in a line. */
export function describeEncryption({ recipients }: Encryption): string {
  const count = recipients.keys.length;
  return `Encrypting to ${String(count)} ${count === 1 ? "recipient" : "recipients"}. Names, sizes and hashes of the files, what their headers say, and the metadata stay public.`;
}
