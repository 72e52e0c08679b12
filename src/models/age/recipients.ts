import { Encrypter } from "age-encryption";
import { createHash } from "node:crypto";
import { ScrimshawError } from "../../errors.ts";
import { MAX_AGE_HEADER } from "../limits.ts";
import { compareText, quoted } from "../text.ts";
import { readKeyFile } from "./key-file.ts";

/** Who will be able to read a private model. */
export interface Recipients {
  /** As `age-keygen` prints them: `age1...`, also those of post-quantum keys; sorted, each once. */
  readonly keys: readonly string[];
  /** SHA-256, in hex, of the keys joined by line feeds. Names the group without listing it. */
  readonly id: string;
  /** Bytes of the header of each age file for them. */
  readonly headerSize: number;
  /** Makes an age file of a stream of bytes. */
  readonly encrypt: (plaintext: ReadableStream<Uint8Array>) => Promise<ReadableStream<Uint8Array>>;
}

function invalid(found: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.recipient-invalid",
    expected: "recipients of age, as age1... (`age-keygen -y <identity file>` prints one)",
    found,
    next: "Correct the recipients. Plugins and SSH keys are not known here.",
  });
}

/** What is no recipient may be a key that was mistaken for one: it is not repeated. */
function requireRecipient(encrypter: Encrypter, key: string): void {
  if (/AGE-SECRET-KEY|AGE-PLUGIN|BEGIN/i.test(key))
    throw invalid("a secret key, which is none of a recipient's business");
  try {
    encrypter.addRecipient(key);
  } catch {
    throw invalid(key.startsWith("age1") ? `${quoted(key)}, which age refuses` : "something else");
  }
}

/**
 * Recipients from single keys, lists of them with commas or line feeds, and the lines of recipients files, where `#` begins a comment.
 * @throws ScrimshawError `models.recipient-invalid`
 */
export async function parseRecipients(texts: readonly string[]): Promise<Recipients> {
  const lines = texts.flatMap((text) => text.split(/[\n,]/)).map((line) => line.trim());
  const keys = [...new Set(lines.filter((line) => line !== "" && !line.startsWith("#")))].sort(compareText);
  if (keys.length === 0) throw invalid("none");
  const encrypter = new Encrypter();
  for (const key of keys) requireRecipient(encrypter, key);
  const headerSize = (await encrypter.encrypt(new Uint8Array())).length - 32;
  if (headerSize > MAX_AGE_HEADER) throw invalid(`${String(keys.length)}, more than fit into a header of 64 KiB`);
  return {
    keys,
    id: createHash("sha256").update(keys.join("\n")).digest("hex"),
    headerSize,
    encrypt: (plaintext) => encrypter.encrypt(plaintext),
  };
}

/** The text of a recipients file. @throws ScrimshawError `models.key-file-unreadable` */
export function readRecipientsFile(path: string): Promise<string> {
  return readKeyFile({ path, what: "a file of recipients" });
}
