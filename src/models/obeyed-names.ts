/**
 * Names that programs obey because a file or folder of that name is there, without being asked: a hook or a command written in
 * them runs at the next `git status`, `cd` or opening of the folder. They are no part of any model.
 */
const OBEYED: readonly string[] = [
  ...[".git", ".hg", ".svn", ".bzr", ".jj"],
  ...[".envrc", ".mise.toml", ".mise", "mise.toml", ".autoenv", ".autoenv.zsh"],
  ...[".vscode", ".idea", ".vs", ".fleet", ".devcontainer", ".devcontainer.json", ".dir-locals.el", ".exrc", ".nvimrc"],
  ...[".vimrc", ".nvim.lua"],
  ...["autorun.inf", "desktop.ini"],
];

const NAMES = new Set(OBEYED);

/** As Windows shortens names: six characters before the last dot, the dots among them left out, and then `~1` and the like. */
const SHORT_NAMES = new Set(
  OBEYED.map((name) =>
    name
      .replace(/^\.+/, "")
      .replace(/\.[^.]*$/, "")
      .slice(0, 6),
  ),
);

/** Characters that HFS+ leaves out when it compares names. */
const IGNORABLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

/** One form for names that some file system takes for the same: whatever case, form of the characters, invisible ones. */
export function foldedName(name: string): string {
  return name.replace(IGNORABLE, "").normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
}

/** True for a segment of a path that some program would obey, on some file system: `.git`, `.GIT`, `git~1`, `.envrc`... */
export function isObeyed(segment: string): boolean {
  const folded = foldedName(segment).replace(/[. ]+$/, "");
  if (NAMES.has(folded)) return true;
  const short = /^(.{1,6})~[0-9]+(?:\.|$)/u.exec(folded)?.[1];
  return short !== undefined && SHORT_NAMES.has(short);
}

/**
 * True if a folder of these entries is a repository of Git without being called `.git`: Git takes any folder with these for one,
 * and obeys its `config`.
 */
export function isBareRepository(entries: ReadonlySet<string>): boolean {
  return entries.has("head") && (entries.has("commondir") || (entries.has("objects") && entries.has("refs")));
}
