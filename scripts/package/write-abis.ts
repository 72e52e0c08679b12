import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** The narrowest type of `value`: what `as const` would give. */
function constType(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `readonly [${value.map((item: Json) => constType(item)).join(", ")}]`;
  return `{ ${Object.entries(value)
    .map(([name, item]) => `readonly ${JSON.stringify(name)}: ${constType(item)}`)
    .join("; ")} }`;
}

export interface WriteAbisOptions {
  /** Paths of the artifacts; those without an ABI are left out. */
  readonly artifacts: readonly string[];
  readonly directory: string;
}

/** Writes a module with the ABI of each contract as a constant: of `ModelRegistry` as `modelRegistryAbi`. */
export function writeAbis({ artifacts, directory }: WriteAbisOptions): void {
  const code: string[] = [];
  const types: string[] = [];
  const seen = new Set<string>();
  for (const file of artifacts) {
    const { contractName, abi } = JSON.parse(readFileSync(file, "utf8")) as {
      readonly contractName: string;
      readonly abi: readonly Json[];
    };
    if (abi.length === 0) continue;
    if (seen.has(contractName)) throw new Error(`two contracts are named ${contractName}`);
    seen.add(contractName);
    const name = `${contractName.charAt(0).toLowerCase()}${contractName.slice(1)}Abi`;
    code.push(`export const ${name} = ${JSON.stringify(abi)};\n`);
    types.push(`export declare const ${name}: ${constType(abi)};\n`);
  }
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "index.js"), code.join(""));
  writeFileSync(join(directory, "index.d.ts"), types.join(""));
}
