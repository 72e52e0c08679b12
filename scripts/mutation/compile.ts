import { readFile, readdir, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";

interface Compiler {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } | { error: string } }): string;
}

const Output = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).default([]),
  contracts: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.object({
          evm: z.object({
            bytecode: z.object({ object: z.string() }),
            deployedBytecode: z.object({ object: z.string() }),
          }),
        }),
      ),
    )
    .default({}),
});

/** Which contracts a file ends up in. */
export async function contractsWith(file: string, root: string): Promise<string[]> {
  if (!file.startsWith("libraries/")) return [file];
  const libraries = await readdir(join(root, "contracts/libraries"));
  const names = new Set([file.slice("libraries/".length)]);
  const texts = await Promise.all(libraries.map((name) => readFile(join(root, "contracts/libraries", name), "utf8")));
  const uses = (text: string): boolean => [...names].some((name) => text.includes(`/${name}"`));
  for (let before = 0; before !== names.size;) {
    before = names.size;
    for (const [place, name] of libraries.entries()) if (uses(texts[place] ?? "")) names.add(name);
  }
  const contracts = ["WalrusCommittees.sol", "BlobAvailability.sol"];
  const own = await Promise.all(contracts.map((name) => readFile(join(root, "contracts", name), "utf8")));
  return contracts.filter((_, place) => uses(own[place] ?? ""));
}

/**
 * Compiles contracts of the workspace in the current folder, and puts their bytecode into its artifacts. With the project's own
 * settings: the stack is too deep for faster ones, and some tests measure gas.
 * @throws Error as the compiler words it
 */
export async function compile(files: readonly string[]): Promise<void> {
  const solc = createRequire(import.meta.url)("solc") as Compiler;
  const paths = files.map((file) => `contracts/${file}`);
  const sources = Object.fromEntries(paths.map((path) => [path, { content: readFileSync(path, "utf8") }]));
  const settings = {
    ...{ evmVersion: "cancun", viaIR: true, optimizer: { enabled: true, runs: 100_000 } },
    outputSelection: { "*": { "*": ["evm.bytecode.object", "evm.deployedBytecode.object"] } },
  };
  const read = (path: string) => ({
    contents: readFileSync(path.startsWith("@") ? `node_modules/${path}` : path, "utf8"),
  });
  const output = solc.compile(JSON.stringify({ language: "Solidity", sources, settings }), { import: read });
  const { errors, contracts } = Output.parse(JSON.parse(output));
  const error = errors.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(error.formattedMessage);
  for (const path of paths) {
    for (const [name, { evm }] of Object.entries(contracts[path] ?? {})) {
      const file = join("artifacts", path, `${name}.json`);
      const artifact = JSON.parse(await readFile(file, "utf8")) as object;
      const changed = { bytecode: `0x${evm.bytecode.object}`, deployedBytecode: `0x${evm.deployedBytecode.object}` };
      await writeFile(file, JSON.stringify({ ...artifact, ...changed }));
    }
  }
}
