import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A project of the same configuration, in a temporary folder, that leads back to this one for all that is not changed. */
export interface Workspace extends AsyncDisposable {
  readonly path: string;
}

async function folder(): Promise<Workspace> {
  const path = await mkdtemp(join(tmpdir(), "scrimshaw-mutant-"));
  await symlink(join(ROOT, "node_modules"), join(path, "node_modules"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Where Mocha's tests find the bytecode of changed contracts in place of the real one. */
export async function mochaWorkspace(): Promise<Workspace> {
  const workspace = await folder();
  const { path } = workspace;
  for (const name of ["src", "tasks", "test", "typechain"]) await symlink(join(ROOT, name), join(path, name));
  for (const name of ["contracts", "artifacts", "hardhat.config.ts", "package.json", "tsconfig.json"])
    await cp(join(ROOT, name), join(path, name), { recursive: true });
  return workspace;
}

const CONFIG = `import { defineConfig } from "hardhat/config";
import { createRequire } from "node:module";

export default defineConfig({
  solidity: {
    version: "0.8.37",
    path: createRequire(import.meta.url).resolve("solc/soljson.js"),
    settings: { evmVersion: "cancun", optimizer: { enabled: true, runs: 200 }, viaIR: true },
  },
  networks: { default: { type: "edr-simulated", hardfork: "osaka" } },
  test: { solidity: { fuzz: { runs: 256 } } },
});
`;

/** Where a library's Solidity tests are compiled with the changed library, and with nothing else. */
export async function solidityWorkspace(test: string): Promise<Workspace> {
  const workspace = await folder();
  const { path } = workspace;
  await mkdir(join(path, "test/contracts/libraries"), { recursive: true });
  await mkdir(join(path, "test/contracts/support"), { recursive: true });
  for (const name of [
    "package.json",
    "tsconfig.json",
    test,
    "test/contracts/support/Vm.sol",
    ...["Bls12381", "HashToG2", "SignersBitmap", "WalrusMessage"].map(
      (library) => `contracts/libraries/${library}.sol`,
    ),
  ])
    await cp(join(ROOT, name), join(path, name), { recursive: true });
  await writeFile(join(path, "hardhat.config.ts"), CONFIG);
  return workspace;
}
