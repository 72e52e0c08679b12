import { createHash, randomBytes } from "node:crypto";
import { chmod, copyFile, link, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ScrimshawError } from "../../errors.ts";
import { hashOfFile } from "./hash-of-file.ts";

const LINK_ATTEMPTS = 20;

/** A file by its content: SHA-256 in hex and size in bytes. */
export interface Content {
  readonly sha256: string;
  readonly size: number;
}

export interface WriteContentOptions {
  readonly content: Content;
  /** Hands the bytes over in order, in pieces of any size. */
  readonly fill: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>;
  /** How errors name it. */
  readonly what: string;
  /** True if nobody else on this machine is to read it. */
  readonly isPrivate?: boolean;
}

/** Complete content is read-only; that of private models can be read by its owner alone. */
export function modeOfContent(isPrivate: boolean): number {
  return isPrivate ? 0o400 : 0o444;
}

/** A name for a file that is not complete; never equal to a final one, nor to that of another process. */
export function incompleteName(path: string): string {
  return `${path}.${randomBytes(6).toString("hex")}.incomplete`;
}

/** Read-only files under `sha256/<aa>/<hex>`, named by their content. What has a final name was complete and right. */
export class ContentStore {
  readonly #root: string;

  constructor({ root }: { readonly root: string }) {
    this.#root = root;
  }

  pathOf({ sha256 }: Content): string {
    return join(this.#root, "sha256", sha256.slice(0, 2), sha256);
  }

  /** True if the content is here with the right bytes, which are hashed; a damaged file is removed. */
  async has(content: Content, signal?: AbortSignal): Promise<boolean> {
    const path = this.pathOf(content);
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined) return false;
    if (await isContent(path, content, signal)) return true;
    return this.#setAside(path, content, signal);
  }

  /**
   * Takes a damaged file away. Moved first and looked at again: what is removed must not be what another process has put here
   * since it was read. True if it was that, and is back.
   */
  async #setAside(path: string, content: Content, signal: AbortSignal | undefined): Promise<boolean> {
    const aside = incompleteName(path);
    try {
      await rename(path, aside);
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
    if (await isContent(aside, content, signal)) {
      await rename(aside, path);
      return true;
    }
    await rm(aside, { force: true, recursive: true });
    return false;
  }

  /**
   * Writes content under a temporary name and gives it its final one only when size and hash are right.
   * @throws ScrimshawError `models.content-mismatch`, and whatever `fill` throws; then nothing is left behind
   */
  async write({ content, fill, what, isPrivate = false }: WriteContentOptions): Promise<void> {
    const path = this.pathOf(content);
    const incomplete = incompleteName(path);
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(incomplete, "wx", 0o600);
    try {
      const hash = createHash("sha256");
      let size = 0;
      await fill(async (bytes) => {
        size += bytes.length;
        if (size > content.size) throw mismatch(content, what, `more than ${String(content.size)} bytes`);
        hash.update(bytes);
        await handle.writeFile(bytes);
      });
      const found = hash.digest("hex");
      if (size !== content.size || found !== content.sha256) {
        throw mismatch(content, what, `${String(size)} bytes with SHA-256 ${found}`);
      }
      await handle.chmod(modeOfContent(isPrivate));
      await handle.sync();
      await handle.close();
      await rename(incomplete, path);
    } catch (error) {
      await handle.close();
      await rm(incomplete, { force: true });
      throw error;
    }
  }

  /** Gives a complete file that was checked its final name. It must be on the same disk. */
  async adopt(content: Content, path: string): Promise<void> {
    const target = this.pathOf(content);
    await mkdir(dirname(target), { recursive: true });
    await rename(path, target);
  }

  /** Puts the content at `target` too: as a hard link, or as a read-only copy where links are impossible. */
  async linkTo(content: Content, target: string, isPrivate = false): Promise<void> {
    const source = this.pathOf(content);
    await mkdir(dirname(target), { recursive: true });
    // A private model may have brought what a public one shows to everybody.
    if (!isPrivate && (await lstat(source)).mode % 0o100 === 0) await chmod(source, modeOfContent(false));
    try {
      await linkStable(source, target);
    } catch (error) {
      if (!isLinkRefusal(error)) throw error;
      await copyFile(source, target);
      await chmod(target, modeOfContent(isPrivate));
    }
  }
}

/** False too if another process removes the file while it is looked at. */
async function isContent(path: string, { sha256, size }: Content, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    const stats = await lstat(path);
    return stats.isFile() && stats.size === size && (await hashOfFile(path, signal)) === sha256;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/**
 * Links, also while other processes write the same content: the moment in which a file gives its name to an equal one, it has no
 * name left, and cannot be linked.
 */
async function linkStable(source: string, target: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await link(source, target);
      return;
    } catch (error) {
      if (!isMissing(error) || attempt === LINK_ATTEMPTS) throw error;
    }
  }
}

/** Other devices, file systems without links, and files with too many of them. */
function isLinkRefusal(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return ["EXDEV", "EPERM", "EMLINK", "ENOTSUP", "ENOSYS"].some((refusal) => refusal === code);
}

function mismatch({ sha256, size }: Content, what: string, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.content-mismatch",
    expected: `${String(size)} bytes with SHA-256 ${sha256} for ${what}`,
    found,
    next: "The manifest contradicts its blobs: do not use this version, and tell its publisher.",
  });
}
