import { ScrimshawError } from "../errors.ts";
import { MAX_FOLDERS, MAX_PATH_BYTES, MAX_PATH_DEPTH, MAX_SEGMENT_BYTES } from "./limits.ts";
import { foldedName, isBareRepository, isObeyed } from "./obeyed-names.ts";
import { quoted } from "./text.ts";

const DRIVE = /^[A-Za-z]:/;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const NOT_PORTABLE = /[<>:"|?*]/;
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|$)/i;

const size = (text: string): number => Buffer.byteLength(text, "utf8");

function faultOfSegment(segment: string): string | undefined {
  if (segment === "") return "has an empty segment or begins or ends with '/'";
  if (segment === "." || segment === "..") return "has a '.' or '..' segment";
  if (size(segment) > MAX_SEGMENT_BYTES) return `has a segment of more than ${String(MAX_SEGMENT_BYTES)} bytes`;
  if (/[. ]$/.test(segment)) return "has a segment that ends in a dot or a space";
  if (RESERVED.test(segment)) return "has a segment that Windows reserves for a device";
  if (isObeyed(segment)) {
    return `has the segment ${quoted(segment)}, which version control, shells, editors or desktops obey where they find it`;
  }
  return undefined;
}

/** What makes `path` unfit as a file's place inside a model, in words that follow "a path that ..."; undefined if it is fit. */
export function faultOfPath(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.length > MAX_PATH_BYTES || size(path) > MAX_PATH_BYTES)
    return `has more than ${String(MAX_PATH_BYTES)} bytes`;
  if (UNSEEN.test(path)) return "has control or invisible characters, or is no valid Unicode";
  if (path.includes("\\")) return "has a backslash";
  if (path.startsWith("/")) return "is absolute";
  if (DRIVE.test(path)) return "begins with a drive letter";
  if (NOT_PORTABLE.test(path)) return 'has one of the characters < > : " | ? *, which not every file system can hold';
  if (path.normalize("NFC") !== path) return "is not in Unicode form NFC";
  const segments = path.split("/");
  if (segments.length > MAX_PATH_DEPTH) return `has more than ${String(MAX_PATH_DEPTH)} segments`;
  for (const segment of segments) {
    const fault = faultOfSegment(segment);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function collision(path: string, other: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.path-collision",
    expected: "paths that stay apart on every file system",
    found: `${quoted(path)} beside ${quoted(other)}`,
    next: "Rename one of the two: they are equal, differ only by case or Unicode form, or one is a folder of the other.",
  });
}

/**
 * Checks that every path is relative, portable and stays inside the folder, and that no two meet on any file system: repeats,
 * differences of case or Unicode form only (folders too), and a file that is also a folder. Refuses as well what programs obey by
 * its mere presence: names like `.git` or `.envrc`, and a folder that Git would take for a repository.
 * @throws ScrimshawError `models.path-invalid`, `models.path-collision`
 */
export function requireSafePaths(paths: readonly string[]): void {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  const entries = new Map<string, Set<string>>();
  for (const path of paths) {
    const fault = faultOfPath(path);
    if (fault !== undefined) throw invalid(path, fault);
    const folded = foldedName(path);
    const other = files.get(folded) ?? folders.get(folded);
    if (other !== undefined) throw collision(path, other);
    files.set(folded, path);
    enter(entries, folded);
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
      const folder = path.slice(0, end);
      const key = foldedName(folder);
      const twin = folders.get(key) ?? folder;
      if (twin !== folder) throw collision(folder, twin);
      const file = files.get(key);
      if (file !== undefined) throw collision(path, file);
      folders.set(key, folder);
      if (folders.size > MAX_FOLDERS) throw invalid(path, `is in one of more than ${String(MAX_FOLDERS)} folders`);
    }
  }
  for (const [folder, names] of entries) {
    if (isBareRepository(names))
      throw invalid(folder === "" ? "HEAD" : `${folder}/HEAD`, "makes its folder a Git repository");
  }
}

function invalid(path: string, fault: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.path-invalid",
    expected: "a relative path with '/' between plain names, like weights/model.onnx",
    found: `${quoted(path)}, which ${fault}`,
    next: "Rename or leave out the file; if this is a model of someone else, tell its publisher and do not use it.",
  });
}

/** Notes the names on a path under the folders that hold them. */
function enter(entries: Map<string, Set<string>>, path: string): void {
  let folder = "";
  for (const name of path.split("/")) {
    const names = entries.get(folder) ?? new Set();
    entries.set(folder, names.add(name));
    folder = folder === "" ? name : `${folder}/${name}`;
  }
}
