import { callChain } from "../../chain/revert.ts";
import type { SettlerContext } from "./settler-options.ts";

/** The block as of which a step looks at the chain. */
export interface NewestBlock {
  readonly number: number;
  readonly hash: string;
}

/** @throws ScrimshawError of the room `chain` */
export async function newestBlock({ provider }: Pick<SettlerContext, "provider">): Promise<NewestBlock> {
  return callChain({
    what: "read the newest block",
    call: async () => {
      const block = await provider.getBlock("latest");
      if (block?.hash == null) throw new Error("no newest block");
      return { number: block.number, hash: block.hash };
    },
  });
}
