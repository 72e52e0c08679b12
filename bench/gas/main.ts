import { availabilityGas } from "../../test/contracts/support/availability-gas.ts";
import { GAS_LIMITS } from "../../test/contracts/support/gas-limits.ts";
import { registryGas } from "../../test/contracts/support/registry-gas.ts";
import { verdict } from "../measure.ts";

/**
 * Gas of whole transactions, measured now on a chain in this process, with what each may cost, beside the published figures of others:
 * `npm run bench:gas`. The tests hold the same figures to a snapshot.
 */

interface Row {
  readonly what: string;
  readonly gas: string;
  readonly note: string;
}

/** As their authors publish them. They are not measured here, and do other things in part. */
const OTHERS: readonly Row[] = [
  { what: "EigenDA, core of a certificate's check on BN254", gas: "136,000", note: "execution alone" },
  { what: "zuika", gas: "440,000 to 1,600,000", note: "" },
  { what: "EAS, one attestation", gas: "207,000", note: "" },
];

const measured = { ...(await registryGas()), ...(await availabilityGas()) };
const rows = Object.entries(measured).map(([what, gas]): Row => {
  const limit = GAS_LIMITS[what];
  const note = limit === undefined ? "" : verdict(gas <= limit, `at most ${limit.toLocaleString("en")}`);
  return { what, gas: gas.toLocaleString("en"), note };
});
console.table([...rows, ...OTHERS.map((row) => ({ ...row, what: `others: ${row.what}` }))]);
process.exitCode = rows.some(({ note }) => note.startsWith("MISSED")) ? 1 : 0;
