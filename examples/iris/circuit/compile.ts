import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const compiler = createRequire(import.meta.url).resolve("circom2/cli.js");

/** The folder that is published as a model version: the circuit and its keys. */
export const CIRCUIT_FOLDER = fileURLToPath(new URL("model/", import.meta.url));

export interface CompileOptions {
  /** Folder with `iris.circom` and what it includes. */
  readonly folder?: string;
  /** How much the compiler simplifies: 1 by default, as the keys were made for; 0 leaves every signal and constraint. */
  readonly simplify?: 0 | 1;
}

/** A circuit as snarkjs takes it. */
export interface CompiledCircuit {
  /** Its constraints. */
  readonly r1cs: Uint8Array;
  /** The program that computes its witness. */
  readonly wasm: Uint8Array;
}

/** Compiles the circuit, in a process of its own: the compiler ends its process when it finds an error. */
export async function compileCircuit({
  folder = CIRCUIT_FOLDER,
  simplify = 1,
}: CompileOptions = {}): Promise<CompiledCircuit> {
  const output = await mkdtemp(join(tmpdir(), "scrimshaw-circuit-"));
  try {
    // It resolves what is included against the folder that it runs in.
    const args = [compiler, "iris.circom", "--r1cs", "--wasm", `--O${simplify}`, "--output", output];
    await run(process.execPath, args, { cwd: folder });
    const [r1cs, wasm] = await Promise.all([
      readFile(join(output, "iris.r1cs")),
      readFile(join(output, "iris_js/iris.wasm")),
    ]);
    return { r1cs: new Uint8Array(r1cs), wasm: new Uint8Array(wasm) };
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}
