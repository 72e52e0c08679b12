import { ScrimshawError } from "../../errors.ts";
import { encodeString, encodeTags, type Tags } from "./bcs.ts";

/** One of the small files that a quilt holds. */
export interface Patch {
  /** Unique in its quilt: not empty, no control characters, no white space at its end. */
  readonly identifier: string;
  readonly bytes: Uint8Array;
  /** Immutable, kept in the quilt beside the bytes. */
  readonly tags?: Tags;
}

/** Sizes are kept in two bytes, those of patches in four (walrus-core `quilt_encoding.rs`). */
const MAX_U16 = 0xffff;
const MAX_U32 = 0xffff_ffff;
const HAS_TAGS = 1;

/** Bytes before a patch's identifier: version, length of what follows, mask. */
export const PATCH_HEADER_SIZE = 6;

function invalid(expected: string, found: string): ScrimshawError {
  const next = "Rename the file, or shorten its tags.";
  return new ScrimshawError({ code: "walrus.patch-invalid", expected, found: found.slice(0, 200), next });
}

/** What Walrus forbids in identifiers; the name of the form's metadata field is reserved by publishers. */
function identifierFault(identifier: string): string | undefined {
  if (identifier === "") return "an identifier that is not empty";
  if (!identifier.isWellFormed()) return "an identifier in Unicode";
  if (/\p{Cc}/u.test(identifier)) return "an identifier without control characters";
  if (/\p{White_Space}$/u.test(identifier)) return "an identifier that does not end in white space";
  if (identifier === "_metadata") return "an identifier other than `_metadata`, which publishers keep for tags";
  if (encodeString(identifier).length >= MAX_U16) return "an identifier of less than 64 KiB";
  return undefined;
}

/**
 * What stands before a patch's bytes in its columns: version, length of all that follows, mask, identifier, tags.
 * @throws ScrimshawError `walrus.patch-invalid`
 */
export function encodePatchPrefix({ identifier, bytes, tags = {} }: Patch): Uint8Array {
  const fault = identifierFault(identifier);
  if (fault !== undefined) throw invalid(fault, JSON.stringify(identifier.slice(0, 80)));
  if (
    !Object.entries(tags)
      .flat()
      .every((text) => text.isWellFormed())
  ) {
    throw invalid("tags in Unicode", `others, of ${JSON.stringify(identifier.slice(0, 80))}`);
  }
  const name = encodeString(identifier);
  const hasTags = Object.keys(tags).length > 0;
  const extension = hasTags ? encodeTags(tags) : new Uint8Array();
  if (extension.length > MAX_U16) {
    throw invalid(
      "tags of less than 64 KiB",
      `${extension.length} bytes, of ${JSON.stringify(identifier.slice(0, 80))}`,
    );
  }
  const prefix = Buffer.alloc(PATCH_HEADER_SIZE + 2 + name.length + (hasTags ? 2 + extension.length : 0));
  const length = prefix.length - PATCH_HEADER_SIZE + bytes.length;
  if (length > MAX_U32) {
    throw invalid("a patch of less than 4 GiB", `${bytes.length} bytes, of ${JSON.stringify(identifier.slice(0, 80))}`);
  }
  prefix.writeUInt8(1, 0);
  prefix.writeUInt32LE(length, 1);
  prefix.writeUInt8(hasTags ? HAS_TAGS : 0, 5);
  prefix.writeUInt16LE(name.length, PATCH_HEADER_SIZE);
  prefix.set(name, PATCH_HEADER_SIZE + 2);
  if (hasTags) {
    const offset = PATCH_HEADER_SIZE + 2 + name.length;
    prefix.writeUInt16LE(extension.length, offset);
    prefix.set(extension, offset + 2);
  }
  return prefix;
}

/** True if a patch's mask says that tags follow its identifier. */
export function maskHasTags(mask: number): boolean {
  return (mask & HAS_TAGS) !== 0;
}
