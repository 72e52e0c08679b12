// Makes the keys anew, with secrets that nobody keeps: `node examples/iris/circuit/setup.ts` writes them into model/.
// FOR THE EXAMPLE ONLY: one machine knew the secrets while it ran, and who knows them can prove anything.
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import * as snarkjs from "snarkjs";
import { compileCircuit } from "./compile.ts";
import { emptyFile, fileOf, openCurve } from "./snark.ts";

/** The circuit has less than 2^9 constraints. */
const POWER = 9;

/** What proves, and what is checked against. */
export interface CircuitKeys {
  /** The proving key, in snarkjs's format. */
  readonly provingKey: Uint8Array;
  /** The verifying key, as JSON. */
  readonly verifyingKey: unknown;
}

const secret = (): string => randomBytes(32).toString("hex");

/** Both phases of the set-up with one contribution each, checked against the circuit. Takes some ten seconds. */
export async function setUp(r1cs: Uint8Array): Promise<CircuitKeys> {
  const [begun, contributed, powers, first, last] = [
    emptyFile(),
    emptyFile(),
    emptyFile(),
    emptyFile(),
    emptyFile(),
  ] as const;
  const curve = await openCurve();
  await snarkjs.powersOfTau.newAccumulator(curve, POWER, begun);
  await snarkjs.powersOfTau.contribute(begun, contributed, "example", secret());
  await snarkjs.powersOfTau.preparePhase2(contributed, powers);
  await snarkjs.zKey.newZKey(fileOf(r1cs), powers, first);
  await snarkjs.zKey.contribute(first, last, "example", secret());
  if (!(await snarkjs.zKey.verifyFromR1cs(fileOf(r1cs), powers, last))) {
    throw new Error("the key is not the circuit's: run the set-up again");
  }
  const verifyingKey: unknown = await snarkjs.zKey.exportVerificationKey(last);
  return { provingKey: last.data, verifyingKey };
}

if (import.meta.main) {
  const { r1cs } = await compileCircuit();
  const { provingKey, verifyingKey } = await setUp(r1cs);
  await writeFile(new URL("model/iris.zkey", import.meta.url), provingKey);
  const json = JSON.stringify(verifyingKey, undefined, 2);
  await writeFile(new URL("model/verification_key.json", import.meta.url), `${json}\n`);
  process.stdout.write(
    `model/iris.zkey ${provingKey.length} bytes, model/verification_key.json ${json.length} bytes\n`,
  );
  await (await openCurve()).terminate();
}
