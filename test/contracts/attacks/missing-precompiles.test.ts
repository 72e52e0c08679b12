import { createEVM } from "@ethereumjs/evm";
import { expect } from "chai";
import { getBytes, hexlify, id } from "ethers";
import { BLOB_ID, STATUS } from "../support/availability.ts";
import { ethers } from "../support/chain.ts";
import { allBut, certificateOf, committeeOf, confirmation, secretOf } from "../support/committees.ts";

type Evm = Awaited<ReturnType<typeof createEVM>>;
type Address = NonNullable<NonNullable<Parameters<Evm["runCall"]>[0]>["to"]>;

const STARTS_AT = 1_800_000_000n;
const SOURCE = `0x${"00".repeat(20)}`;
const MESSAGE = confirmation(5n, BLOB_ID);
const MANY = [id("one"), id("two")].sort().map((blobId) => confirmation(5n, blobId));
const KEY_MULTIPLICATION = 0x0c;

/** A chain that has everything, with a committee on it. */
async function world() {
  const committee = committeeOf({
    secrets: Array.from({ length: 7 }, (_, place) => secretOf(`member ${place}`)),
    weights: Array.from({ length: 7 }, () => 1n),
    startsAt: STARTS_AT,
  });
  const whole = await createEVM();
  const deploy = async (bytecode: string): Promise<Address> => {
    const { createdAddress } = await whole.runCall({ data: getBytes(bytecode), gasLimit: 30_000_000n });
    if (createdAddress === undefined) throw new Error("nothing was created");
    return createdAddress;
  };
  const known = await ethers.getContractFactory("WalrusCommittees");
  const asked = await ethers.getContractFactory("BlobAvailability");
  const committees = await deploy(known.bytecode);
  const { data } = await asked.getDeployTransaction(committees.toString());
  const availability = await deploy(data);
  const importing = known.interface.encodeFunctionData("importCommittee", [committee]);
  const run = async (evm: Evm, to: Address, call: string) => {
    const header = {
      ...{ number: 1n, coinbase: committees, timestamp: STARTS_AT + 60n, difficulty: 0n, gasLimit: 30_000_000n },
      ...{ prevRandao: new Uint8Array(32), baseFeePerGas: 7n, getBlobGasPrice: () => undefined },
    };
    const { execResult } = await evm.runCall({ to, data: getBytes(call), block: { header }, gasLimit: 5_000_000n });
    return { failed: execResult.exceptionError !== undefined, answer: hexlify(execResult.returnValue) };
  };
  expect((await run(whole, committees, importing)).failed).to.equal(false);
  /** The same chain without one precompile. */
  const without = async (precompile: number): Promise<Evm> => {
    const evm = await createEVM({ stateManager: whole.stateManager });
    expect(evm.precompiles.delete(precompile.toString(16).padStart(40, "0"))).to.equal(true);
    return evm;
  };
  const statuses = async (evm: Evm): Promise<bigint[]> => {
    const everyone = certificateOf(committee, allBut(7), MESSAGE);
    const some = certificateOf(committee, allBut(7, [2]), MESSAGE);
    const calls = [
      asked.interface.encodeFunctionData("checkCertificate", [SOURCE, MESSAGE, everyone]),
      asked.interface.encodeFunctionData("checkCertificate", [SOURCE, MESSAGE, some]),
      asked.interface.encodeFunctionData("checkCertificates", [
        SOURCE,
        MANY,
        certificateOf(committee, allBut(7), ...MANY),
      ]),
    ];
    const answers = [];
    for (const call of calls) answers.push(BigInt((await run(evm, availability, call)).answer));
    return answers;
  };
  const importAgain = async (evm: Evm) => {
    const next = { ...committee, epoch: 6n, startsAt: STARTS_AT + 1n };
    return run(evm, committees, known.interface.encodeFunctionData("importCommittee", [next]));
  };
  return { whole, without, statuses, importAgain, errors: known.interface };
}

describe("A chain that lacks a precompile", () => {
  const { Valid, Unsupported } = STATUS;
  let chain: Awaited<ReturnType<typeof world>>;

  before(async () => {
    chain = await world();
    expect(await chain.statuses(chain.whole)).to.deep.equal([Valid, Valid, Valid]);
  });

  for (const [what, precompile, expected] of [
    ["SHA-256", 0x02, [Unsupported, Unsupported, Unsupported]],
    ["the addition of keys", 0x0b, [Valid, Unsupported, Valid]],
    ["the multiplication of keys", KEY_MULTIPLICATION, [Valid, Valid, Valid]],
    ["the addition of signatures", 0x0d, [Unsupported, Unsupported, Unsupported]],
    ["the pairing", 0x0f, [Unsupported, Unsupported, Unsupported]],
    ["the map to the curve", 0x11, [Unsupported, Unsupported, Unsupported]],
  ] as const) {
    it(`does not judge what takes ${what}, and says so`, async () => {
      expect(await chain.statuses(await chain.without(precompile))).to.deep.equal(expected);
    });
  }

  it("takes no committee whose keys it cannot check", async () => {
    const { failed, answer } = await chain.importAgain(await chain.without(KEY_MULTIPLICATION));
    expect(failed).to.equal(true);
    expect(chain.errors.parseError(answer)?.name).to.equal("WalrusCommitteesUnsupported");
  });
});
