import { expect } from "chai";
import { Result, type BaseContract } from "ethers";

/** One event as an indexer sees it: its arguments and the time of its block. */
export interface Seen {
  name: string;
  args: Record<string, unknown>;
  time: bigint;
}

/** Every event of a contract, from its log alone, in order. */
export async function eventsOf(contract: BaseContract): Promise<Seen[]> {
  const provider = contract.runner?.provider;
  if (!provider) throw new Error("the contract is not connected to a chain");
  const logs = await provider.getLogs({ address: await contract.getAddress(), fromBlock: 0 });
  return await Promise.all(
    logs.map(async ({ topics, data, blockNumber }) => {
      const event = contract.interface.parseLog({ topics, data });
      const block = await provider.getBlock(blockNumber);
      if (event === null || block === null) throw new Error("the log is of no event that the interface declares");
      expect(event.args).to.be.instanceOf(Result);
      return { name: event.name, args: event.args.toObject(true), time: BigInt(block.timestamp) };
    }),
  );
}
