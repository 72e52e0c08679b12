import { createEVM } from "@ethereumjs/evm";
import { expect } from "chai";
import { ContractFactory, getBytes, hexlify, JsonRpcProvider } from "ethers";
import { BlobAvailability__factory } from "../../typechain/factories/BlobAvailability__factory.ts";
import { WalrusCommittees__factory } from "../../typechain/factories/WalrusCommittees__factory.ts";
import { hasAnvil, startAnvil } from "../support/anvil.ts";
import { BLOB_ID, STATUS } from "./support/availability.ts";
import { allBut, certificateOf, committeeOf, confirmation, dealWeights, secretOf } from "./support/committees.ts";

const EPOCH = 5n;
const MESSAGE = confirmation(EPOCH, BLOB_ID);

/** A committee of forty, a good certificate with some of them absent, and what is refused instead, by its status. */
function certificates(startsAt: bigint) {
  const secrets = Array.from({ length: 40 }, (_, place) => secretOf(`member ${place}`));
  const committee = committeeOf({ secrets, weights: dealWeights(40, 1000), startsAt, epoch: EPOCH });
  const signers = allBut(40, [1, 9, 17, 33]);
  const good = certificateOf(committee, signers, MESSAGE);
  const other = certificateOf(committee, signers, confirmation(EPOCH, `0x${"77".repeat(32)}`));
  const few = certificateOf(committee, allBut(40).slice(0, 20), MESSAGE);
  const cases = [
    [good, STATUS.Valid],
    [other, STATUS.WrongSignature],
    [few, STATUS.BelowQuorum],
    [`0x${"ff".repeat(192)}${good.slice(386)}`, STATUS.MalformedSignature],
  ] as const;
  return { committee, good, cases };
}

describe("Certificates on other implementations of the EVM", function () {
  this.timeout(120_000);

  it("are judged by ethereumjs as by Hardhat's", async () => {
    const evm = await createEVM();
    const startsAt = 1_800_000_000n;
    const { committee, good, cases } = certificates(startsAt);
    type Call = NonNullable<Parameters<typeof evm.runCall>[0]>;
    const deploy = async (bytecode: string): Promise<NonNullable<Call["to"]>> => {
      const { createdAddress } = await evm.runCall({ data: getBytes(bytecode), gasLimit: 30_000_000n });
      if (createdAddress === undefined) throw new Error("nothing was created");
      return createdAddress;
    };
    const committees = await deploy(WalrusCommittees__factory.bytecode);
    const { data: creation } = await new BlobAvailability__factory().getDeployTransaction(committees.toString());
    const availability = await deploy(creation);
    const header = {
      ...{ number: 1n, coinbase: committees, timestamp: startsAt + 60n, difficulty: 0n, gasLimit: 30_000_000n },
      ...{ prevRandao: new Uint8Array(32), baseFeePerGas: 7n, getBlobGasPrice: () => undefined },
    };
    const run = async (to: NonNullable<Call["to"]>, data: string): Promise<string> => {
      const call = { to, data: getBytes(data), block: { header }, gasLimit: 30_000_000n };
      const { execResult } = await evm.runCall(call);
      if (execResult.exceptionError) throw new Error(execResult.exceptionError.error);
      return hexlify(execResult.returnValue);
    };
    const known = WalrusCommittees__factory.createInterface();
    await run(committees, known.encodeFunctionData("importCommittee", [committee]));

    const asked = BlobAvailability__factory.createInterface();
    const source = `0x${"00".repeat(20)}`;
    for (const [certificate, status] of cases) {
      const data = asked.encodeFunctionData("checkCertificate", [source, MESSAGE, certificate]);
      expect(BigInt(await run(availability, data))).to.equal(status);
    }
    await run(availability, asked.encodeFunctionData("certify", [source, MESSAGE, good]));
    const last = await run(availability, asked.encodeFunctionData("lastCertified", [source, BLOB_ID]));
    expect(asked.decodeFunctionResult("lastCertified", last)).to.deep.equal([EPOCH, startsAt]);
  });

  it("are judged by anvil as by Hardhat's", async function () {
    // The package is optional: it exists for one platform.
    if (!hasAnvil) return this.skip();
    const anvil = await startAnvil();
    try {
      const provider = new JsonRpcProvider(anvil.url, undefined, { cacheTimeout: -1 });
      const signer = await provider.getSigner(0);
      const startsAt = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
      const { committee, good, cases } = certificates(startsAt);
      const { abi, bytecode } = WalrusCommittees__factory;
      const deployed = await new ContractFactory(abi, bytecode, signer).deploy();
      const committees = WalrusCommittees__factory.connect(await deployed.getAddress(), signer);
      const availability = await new BlobAvailability__factory(signer).deploy(committees);
      await (await committees.importCommittee(committee)).wait();
      for (const [certificate, status] of cases) {
        expect(await availability.checkCertificate(signer, MESSAGE, certificate)).to.equal(status);
      }
      const receipt = await (await availability.certify(signer, MESSAGE, good)).wait();
      expect(receipt?.gasUsed).to.be.within(200_000n, 235_000n);
      expect(await availability.lastCertified(signer, BLOB_ID)).to.deep.equal([EPOCH, startsAt]);
      provider.destroy();
    } finally {
      await anvil.stop();
    }
  });
});
