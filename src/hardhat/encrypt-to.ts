import type { Encryption } from "../models/age/ciphertexts.ts";
import type { Recipients } from "../models/age/recipients.ts";
import { ModelCache } from "../models/cache/model-cache.ts";

export interface RecipientOptions {
  /** What `--encrypt-to` says: recipients, separated by commas. */
  readonly encryptTo: string | undefined;
  /** Path of a file of recipients. */
  readonly recipientsFile: string | undefined;
}

/** Those to whom a command was told to encrypt, if any. @throws ScrimshawError `models.recipient-invalid`, `models.key-file-unreadable` */
export async function readRecipients({ encryptTo, recipientsFile }: RecipientOptions): Promise<Recipients | undefined> {
  if (encryptTo === undefined && recipientsFile === undefined) return undefined;
  const { parseRecipients, readRecipientsFile } = await import("../models/age/recipients.ts");
  return parseRecipients([
    encryptTo ?? "",
    recipientsFile === undefined ? "" : await readRecipientsFile(recipientsFile),
  ]);
}

export interface EncryptToOptions extends RecipientOptions {
  /** Folder of the cache. */
  readonly cache: string;
}

/** The encryption that a publish was told to use, if any. @throws ScrimshawError as `readRecipients` */
export async function readEncryption(options: EncryptToOptions): Promise<Encryption | undefined> {
  const recipients = await readRecipients(options);
  return recipients && { recipients, cache: new ModelCache({ root: options.cache }) };
}

/** What stays public of a model that is encrypted, in a line. */
export function describeEncryption({ recipients }: Encryption): string {
  const count = recipients.keys.length;
  return `Encrypting to ${String(count)} ${count === 1 ? "recipient" : "recipients"}. Names, sizes and hashes of the files, what their headers say, and the metadata stay public.`;
}
