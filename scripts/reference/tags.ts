/** A tag of NatSpec or TSDoc with its text; what stands before the first tag has none. */
export interface Tag {
  readonly tag: string;
  readonly text: string;
}

/** Splits a documentation text into its tags. Lines are joined to paragraphs; a list's items keep lines of their own. */
export function readTags(documentation: string, first = ""): readonly Tag[] {
  const tags: { tag: string; lines: string[] }[] = [{ tag: first, lines: [] }];
  for (const raw of documentation.split("\n")) {
    const line = raw.trim();
    const [, tag, rest = ""] = /^@([a-z]+)\b ?(.*)$/.exec(line) ?? [];
    if (tag === undefined) tags.at(-1)?.lines.push(line);
    else tags.push({ tag, lines: [rest] });
  }
  return tags
    .map(({ tag, lines }) => ({ tag, text: tag === "example" ? lines.join("\n").trim() : joined(lines) }))
    .filter(({ tag, text }) => text !== "" || tag !== first);
}

const ITEM = /^([-*]|\d+\.) /;

function joined(lines: readonly string[]): string {
  let text = "";
  for (const line of lines) {
    if (line === "") text += "\n\n";
    else if (ITEM.test(line)) text += `${/(^|\n)([-*]|\d+\.) .*$/.test(text) ? "\n" : "\n\n"}${line}`;
    else text += text === "" || text.endsWith("\n") ? line : ` ${line}`;
  }
  return text.replaceAll(/\n{3,}/g, "\n\n").trim();
}

/** The texts of one tag. */
export const textsOf = (tags: readonly Tag[], wanted: string): readonly string[] =>
  tags.filter(({ tag }) => tag === wanted).map(({ text }) => text);

/** A list of what is named and described: `name description`, as after `@param`. */
export function namedList(title: string, texts: readonly string[]): readonly string[] {
  if (texts.length === 0) return [];
  const items = texts.map((text) => {
    const [, name = "", rest = ""] = /^(\S+)\s*(?:- )?([\s\S]*)$/.exec(text) ?? [];
    return `- \`${name}\`${rest === "" ? "" : `: ${rest.replaceAll("\n", " ")}`}`;
  });
  return [`${title}:`, "", ...items, ""];
}
