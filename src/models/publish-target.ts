import { ScrimshawError } from "../errors.ts";
import { parseReference } from "./reference.ts";
import { quoted } from "./text.ts";

/** What to publish under. Without a creator it is the account that publishes. */
export interface PublishTarget {
  readonly creator: string | undefined;
  readonly name: string;
}

export interface ParsePublishTargetOptions {
  readonly text: string;
  /** Names that may stand for a creator's address. */
  readonly addressBook?: Readonly<Record<string, string>>;
}

/**
 * Reads `<name>` or, for a model that somebody else registered, `<creator>/<name>`. A name alone is not checked here.
 * @throws ScrimshawError `models.reference-invalid`, `models.creator-unknown`
 */
export function parsePublishTarget({ text, addressBook }: ParsePublishTargetOptions): PublishTarget {
  if (!text.includes("/")) return { creator: undefined, name: text };
  const { creator, name, selector } = parseReference({ text, ...(addressBook && { addressBook }) });
  if (selector.kind === "newest" && !text.includes("@")) return { creator, name };
  throw new ScrimshawError({
    code: "models.reference-invalid",
    expected: "<name> or <creator>/<name>: a publish always makes the next version",
    found: quoted(text),
    next: "Leave out what follows the '@'; --label and --tag name the new version.",
  });
}
