import ts from "typescript";
import { type Declared, Modules } from "./parse-typescript.ts";
import { namedList, readTags, textsOf } from "./tags.ts";

/** What the package exports, by how it is imported. */
const ENTRIES = [
  { page: "library.md", title: "scrimshaw", file: "src/index.ts" },
  { page: "local.md", title: "scrimshaw/local", file: "src/local.ts" },
  { page: "hardhat.md", title: "scrimshaw/hardhat", file: "src/hardhat/index.ts" },
] as const;

const KINDS = [
  ["Functions", ts.SyntaxKind.FunctionDeclaration],
  ["Classes", ts.SyntaxKind.ClassDeclaration],
  ["Constants", ts.SyntaxKind.VariableStatement],
  ["Types", ts.SyntaxKind.InterfaceDeclaration],
] as const;

/** The pages about the library, by their path below the reference's folder. */
export function libraryPages(root: string): ReadonlyMap<string, string> {
  const modules = new Modules(root);
  return new Map(ENTRIES.map((entry) => [entry.page, entryPage(modules, entry)]));
}

function entryPage(modules: Modules, { title, file }: (typeof ENTRIES)[number]): string {
  const exported = modules.exportsOf(file);
  const lines = [`# ${title}`, ""];
  for (const [heading, kind] of KINDS) {
    const some = exported
      .filter(({ node }) => kindOf(node) === kind)
      .toSorted((a, b) => a.name.localeCompare(b.name, "en"));
    if (some.length > 0) lines.push(`## ${heading}`, "", ...some.flatMap(declaredLines));
  }
  const beside = typesBeside(modules, exported);
  if (beside.length > 0) {
    lines.push("## Types that these name", "", "Not exported by name; shapes of options and results.", "");
    lines.push(...beside.flatMap(declaredLines));
  }
  return lines.join("\n");
}

/** Types are shown together, however they are written. */
const kindOf = ({ kind }: ts.Node): ts.SyntaxKind =>
  kind === ts.SyntaxKind.TypeAliasDeclaration ? ts.SyntaxKind.InterfaceDeclaration : kind;

function declaredLines({ name, file, node, source }: Declared): readonly string[] {
  const tags = readTags(documentationOf(node, source));
  return [
    `### ${name}`,
    "",
    ...textsOf(tags, "").flatMap((text) => [text, ""]),
    "```ts",
    // Exported under another name than it is declared by.
    shownText(node, source).replace(ts.isVariableStatement(node) ? /(?<=const )\w+/ : /(?!)/, name),
    "```",
    "",
    ...namedList("Parameters", textsOf(tags, "param")),
    ...textsOf(tags, "returns").flatMap((text) => [`Returns ${text}`, ""]),
    ...textsOf(tags, "throws").flatMap((text) => [`Throws ${text}`, ""]),
    ...textsOf(tags, "example").flatMap((text) => [text.startsWith("```") ? text : `\`\`\`ts\n${text}\n\`\`\``, ""]),
    `[${file}](../../${file})`,
    "",
  ];
}

/** The comment that stands before a declaration, without its marks. */
function documentationOf(node: ts.Node, source: ts.SourceFile): string {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  const text = comment?.getText(source) ?? "";
  return text
    .replaceAll(/^\/\*\*|\*\/$/g, "")
    .replaceAll(/^\s*\* ?/gm, "")
    .trim();
}

/** A declaration as a reader of types sees it: no bodies, nothing private. */
function shownText(node: Declared["node"], source: ts.SourceFile): string {
  if (ts.isFunctionDeclaration(node)) return `${upTo(node, node.body, source)};`;
  if (ts.isClassDeclaration(node)) return classText(node, source);
  if (!ts.isVariableStatement(node)) return node.getText(source);
  const [first] = node.declarationList.declarations;
  const { type, initializer } = first ?? {};
  // Values that are long are no matter of a reference; what is written as a constant is.
  const isLong = initializer !== undefined && initializer.getText(source).includes("\n");
  return type === undefined || !isLong
    ? node.getText(source)
    : `${upTo(node, initializer, source).replace(/\s*=$/, "")};`;
}

function classText(node: ts.ClassDeclaration, source: ts.SourceFile): string {
  const members = node.members.filter((member) => !isHidden(member)).map((member) => memberText(member, source));
  const [open] = node.members;
  const head = source.text.slice(node.getStart(source), open?.getFullStart() ?? node.end).trim();
  return [head, ...members.flatMap((text) => [text, ""]).slice(0, -1), "}"].join("\n");
}

function isHidden(member: ts.ClassElement): boolean {
  const modifiers = ts.canHaveModifiers(member) ? ts.getModifiers(member) : undefined;
  const isPrivate = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) ?? false;
  return isPrivate || (member.name !== undefined && ts.isPrivateIdentifier(member.name));
}

function memberText(member: ts.ClassElement, source: ts.SourceFile): string {
  const comment = ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc)?.getText(source);
  const { body, initializer } = member as { readonly body?: ts.Node; readonly initializer?: ts.Node };
  const text = upTo(member, body ?? initializer, source)
    .replace(/\s*=$/, "")
    .replace(/;$/, "");
  // The first lines stood at the depth of members, too.
  return comment === undefined ? `  ${text};` : `  ${comment}\n  ${text};`;
}

/** The text of a node up to one of its parts. */
const upTo = (node: ts.Node, part: ts.Node | undefined, source: ts.SourceFile): string =>
  source.text.slice(node.getStart(source), part?.getStart(source) ?? node.end).trim();

/** Types of this package that exported functions and classes name and that are not exported themselves. */
function typesBeside(modules: Modules, exported: readonly Declared[]): readonly Declared[] {
  const known = new Set(exported.map(({ name }) => name));
  const found = new Map<string, Declared>();
  for (const { file, node } of exported) {
    if (!ts.isFunctionDeclaration(node) && !ts.isClassDeclaration(node)) continue;
    for (const name of typeNamesOf(node)) {
      if (known.has(name) || found.has(name)) continue;
      const declared = modules.find(file, name);
      if (declared !== undefined && kindOf(declared.node) === ts.SyntaxKind.InterfaceDeclaration)
        found.set(name, declared);
    }
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}

/** Names of types in what is shown of a function or class. */
function typeNamesOf(node: ts.FunctionDeclaration | ts.ClassDeclaration): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (part: ts.Node): void => {
    if (ts.isBlock(part)) return;
    if (ts.isClassElement(part) && isHidden(part)) return;
    if (ts.isTypeReferenceNode(part) && ts.isIdentifier(part.typeName)) names.add(part.typeName.text);
    ts.forEachChild(part, visit);
  };
  ts.forEachChild(node, visit);
  return names;
}
