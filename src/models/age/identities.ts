import { Decrypter } from "age-encryption";
import { ScrimshawError } from "../../errors.ts";
import { readKeyFile } from "./key-file.ts";

const MAX_IDENTITIES = 64;

/** What age says where the file is right, and the key another one's. */
const NOT_THEIRS = "no identity matched any of the file's recipients";

function invalid(found: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.identity-invalid",
    expected: "lines with an identity of age each (AGE-SECRET-KEY-1...), as `age-keygen` writes them",
    found,
    next: "Give a file with such identities. If it is protected by a passphrase, decrypt it first: `age -d <file>`. Plugins and SSH keys are not known here.",
  });
}

/** Keys of age that open private models. They are never given out, nor part of any error. */
export class Identities {
  readonly #decrypter = new Decrypter();

  /**
   * @param text as `age-keygen` writes it: an identity a line; empty lines and comments after `#` are passed over
   * @throws ScrimshawError `models.identity-invalid`
   */
  constructor(text: string) {
    const lines = text.split("\n").map((line) => line.trim());
    const keys = lines.flatMap((line, index) => (line === "" || line.startsWith("#") ? [] : [{ line, index }]));
    if (keys.length === 0) throw invalid("none");
    if (keys.length > MAX_IDENTITIES) throw invalid(`more than ${String(MAX_IDENTITIES)}`);
    for (const { line, index } of keys) {
      try {
        this.#decrypter.addIdentity(line);
      } catch {
        throw invalid(`something else in line ${String(index + 1)}`);
      }
    }
  }

  /** @throws ScrimshawError `models.key-file-unreadable`, `models.identity-invalid` */
  static async readFile(path: string): Promise<Identities> {
    return new Identities(await readKeyFile({ path, what: "a file of identities" }));
  }

  /** Whether one of them opens an age file with this header. @throws Error if it is no header of age */
  async open(header: Uint8Array): Promise<boolean> {
    try {
      await this.#decrypter.decryptHeader(header);
      return true;
    } catch (error) {
      if (error instanceof Error && error.message === NOT_THEIRS) return false;
      throw error;
    }
  }

  /** What an age file holds, in pieces that were checked. @throws Error if it is none, or none of theirs */
  decrypt(ciphertext: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
    return this.#decrypter.decrypt(ciphertext);
  }
}
