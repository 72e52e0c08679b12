import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** What is read of the compiler's syntax tree. */
export interface SolidityNode {
  readonly nodeType: string;
  /** Where it stands: first byte, length, source. */
  readonly src: string;
  readonly name?: string;
  readonly documentation?: { readonly text: string };
  readonly nodes?: readonly SolidityNode[];
  readonly contractKind?: "interface" | "library" | "contract";
  readonly abstract?: boolean;
  readonly kind?: string;
  readonly visibility?: string;
  readonly baseContracts?: readonly { readonly baseName: { readonly name: string } }[];
  readonly returnParameters?: { readonly parameters: readonly { readonly name: string }[] };
  readonly body?: { readonly src: string } | null;
}

export interface SoliditySource {
  /** From the root, as `contracts/...`. */
  readonly file: string;
  readonly nodes: readonly SolidityNode[];
  /** The text of a node, without its body and the depth at which it stands. */
  readonly textOf: (node: SolidityNode) => string;
}

interface Output {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly sources: Readonly<Record<string, { readonly ast: { readonly nodes: readonly SolidityNode[] } }>>;
}

/** Has the compiler parse all contracts, and no more than that. */
export function parseSolidity(root: string): readonly SoliditySource[] {
  const solc = createRequire(import.meta.url)("solc") as { readonly compile: (input: string) => string };
  const texts = new Map(
    globSync("contracts/**/*.sol", { cwd: root }).map((file) => [file, readFileSync(join(root, file))]),
  );
  const sources = Object.fromEntries([...texts].map(([file, text]) => [file, { content: text.toString() }]));
  const settings = { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } };
  const output = JSON.parse(solc.compile(JSON.stringify({ language: "Solidity", sources, settings }))) as Output;
  const wrong = output.errors?.find(({ severity }) => severity === "error");
  if (wrong !== undefined) throw new Error(wrong.formattedMessage);
  return [...texts.keys()].sort().map((file) => {
    const bytes = texts.get(file) ?? Buffer.alloc(0);
    const textOf = ({ src, body }: SolidityNode): string => {
      const [start, length] = placeOf(src);
      const end = body === undefined || body === null ? start + length : placeOf(body.src)[0];
      const column = start - 1 - bytes.lastIndexOf("\n", start);
      return bytes
        .subarray(start, end)
        .toString()
        .trim()
        .replaceAll(`\n${" ".repeat(column)}`, "\n");
    };
    return { file, nodes: output.sources[file]?.ast.nodes ?? [], textOf };
  });
}

function placeOf(src: string): readonly [number, number] {
  const [start = "0", length = "0"] = src.split(":");
  return [Number(start), Number(length)];
}
