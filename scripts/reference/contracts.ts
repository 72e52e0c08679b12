import { basename } from "node:path";
import { parseSolidity, type SolidityNode, type SoliditySource } from "./parse-solidity.ts";
import { namedList, readTags, type Tag, textsOf } from "./tags.ts";

/** Where the specification stands: every struct, event, error and function that others meet. */
const SPECIFIED = [
  /^contracts\/interfaces\//,
  /^contracts\/(adapters|examples)\/I[A-Z]/,
  /^contracts\/libraries\/SpentProofs\.sol$/,
];
const KINDS = [
  ["Functions", "FunctionDefinition"],
  ["Events", "EventDefinition"],
  ["Errors", "ErrorDefinition"],
  ["Structs", "StructDefinition"],
  ["Enums", "EnumDefinition"],
] as const;

const pageOf = (file: string): string => `contracts/${basename(file, ".sol")}.md`;

/** The pages about contracts, by their path below the reference's folder. */
export function contractPages(root: string): ReadonlyMap<string, string> {
  const sources = parseSolidity(root);
  const specified = sources.filter(({ file }) => SPECIFIED.some((pattern) => pattern.test(file)));
  const pages = new Map(specified.map((source) => [pageOf(source.file), sourcePage(source)]));
  pages.set("contracts/README.md", overview(sources, specified));
  return pages;
}

function sourcePage(source: SoliditySource): string {
  const { file, nodes } = source;
  const lines = [`# ${basename(file, ".sol")}`, "", `[${file}](../../../${file})`, ""];
  for (const node of nodes) {
    if (node.nodeType === "ContractDefinition") lines.push(...contractLines(source, node));
    else if (KINDS.some(([, kind]) => kind === node.nodeType)) lines.push(...memberLines(source, node, "##"));
  }
  return lines.join("\n");
}

function contractLines(source: SoliditySource, contract: SolidityNode): readonly string[] {
  const { name = "", contractKind = "contract", baseContracts = [] } = contract;
  const bases = baseContracts.map(({ baseName }) => `\`${baseName.name}\``);
  const lines = [`## ${contractKind} ${name}`, ""];
  if (bases.length > 0) lines.push(`Inherits ${bases.join(", ")}.`, "");
  lines.push(...proseOf(tagsOf(contract)));
  for (const [title, kind] of KINDS) {
    const members = (contract.nodes ?? []).filter(
      ({ nodeType, visibility }) => nodeType === kind && visibility !== "private",
    );
    if (members.length > 0)
      lines.push(`### ${title}`, "", ...members.flatMap((member) => memberLines(source, member, "####")));
  }
  return lines;
}

function memberLines(source: SoliditySource, node: SolidityNode, heading: string): readonly string[] {
  const tags = tagsOf(node);
  const returned = node.returnParameters?.parameters ?? [];
  const returns = textsOf(tags, "return").map((text, index) => (returned[index]?.name === "" ? `value ${text}` : text));
  return [
    `${heading} ${node.name ?? ""}`,
    "",
    "```solidity",
    source.textOf(node),
    "```",
    "",
    ...proseOf(tags),
    ...namedList(node.nodeType === "StructDefinition" ? "Fields" : "Parameters", textsOf(tags, "param")),
    ...namedList("Returns", returns),
  ];
}

const tagsOf = ({ documentation }: SolidityNode): readonly Tag[] => readTags(documentation?.text ?? "", "notice");

/** What is said to users, then to developers. */
const proseOf = (tags: readonly Tag[]): readonly string[] =>
  ["title", "notice", "dev"].flatMap((tag) => textsOf(tags, tag)).flatMap((text) => [text, ""]);

/** A constructor without what it hands to those that it inherits from. */
const headOf = (text: string): string => /^constructor\([^)]*\)/.exec(text)?.[0] ?? text;

/** What can be deployed, with what it takes and where it is specified; then all pages. */
function overview(sources: readonly SoliditySource[], specified: readonly SoliditySource[]): string {
  const pages = new Map(
    specified.flatMap(({ file, nodes }) => nodes.map(({ name = "" }) => [name, basename(pageOf(file))] as const)),
  );
  const linked = (name: string): string => (pages.has(name) ? `[${name}](${pages.get(name) ?? ""})` : name);
  const lines = ["# Contracts", "", "What can be deployed, and where it is specified:", ""];
  for (const source of sources) {
    for (const node of source.nodes) {
      const deployable = node.contractKind === "contract" && node.abstract !== true;
      if (deployable) lines.push(...deployableLines(source, node, linked));
    }
  }
  lines.push(
    "## All pages",
    "",
    ...specified.map(({ file }) => `- [${basename(file, ".sol")}](${basename(pageOf(file))})`),
    "",
  );
  return lines.join("\n");
}

function deployableLines(
  source: SoliditySource,
  node: SolidityNode,
  linked: (name: string) => string,
): readonly string[] {
  const bases = (node.baseContracts ?? []).map(({ baseName }) => linked(baseName.name));
  const title = textsOf(tagsOf(node), "title").find((text) => text !== node.name);
  const made = (node.nodes ?? []).find(({ kind }) => kind === "constructor");
  const tags = made === undefined ? [] : tagsOf(made);
  return [
    `## ${node.name ?? ""}`,
    "",
    `[${source.file}](../../../${source.file}): ${bases.join(", ")}.${title === undefined ? "" : ` ${title}.`}`,
    "",
    ...(made === undefined ? [] : ["```solidity", headOf(source.textOf(made)), "```", ""]),
    ...namedList("Parameters", textsOf(tags, "param")),
  ];
}
