import type { Transaction, TransactionDataBuilder } from "@mysten/sui/transactions";
import { normalizeSuiAddress } from "@mysten/sui/utils";

import { LOCAL_PACKAGE } from "./local-package.ts";
import { MoveAbort } from "./move-abort.ts";

type Plugin = Parameters<Transaction["addBuildPlugin"]>[0];

export const LOCAL_GAS = { price: 1_000, budget: 5_000_000 } as const;

export interface OwnedReference {
  readonly objectId: string;
  readonly version: string;
  readonly digest: string;
}

interface ResolveOptions {
  /** The network's genesis digest, base58. */
  readonly chain: string;
  readonly epoch: number;
  readonly find: (objectId: string) => OwnedReference | undefined;
}

function resolveInputs({
  data,
  find,
}: {
  readonly data: TransactionDataBuilder;
  readonly find: ResolveOptions["find"];
}): void {
  for (const [place, input] of data.inputs.entries()) {
    if (input.UnresolvedObject === undefined) continue;
    const objectId = normalizeSuiAddress(input.UnresolvedObject.objectId);
    if (objectId === LOCAL_PACKAGE.systemObjectId) {
      const SharedObject = { objectId, initialSharedVersion: "1", mutable: true };
      data.inputs[place] = { $kind: "Object", Object: { $kind: "SharedObject", SharedObject } };
      continue;
    }
    const ImmOrOwnedObject = find(objectId);
    if (ImmOrOwnedObject === undefined) throw new MoveAbort(`no object ${objectId}`);
    data.inputs[place] = { $kind: "Object", Object: { $kind: "ImmOrOwnedObject", ImmOrOwnedObject } };
  }
}

/** Fills in what a transaction leaves open: versions of objects, gas paid from the address's balance, and an expiration. */
export function resolveLocalTransaction({ chain, epoch, find }: ResolveOptions): Plugin {
  return async (data, options, next) => {
    resolveInputs({ data, find });
    if (options.onlyTransactionKind !== true) {
      data.gasData.price ??= LOCAL_GAS.price;
      data.gasData.budget ??= LOCAL_GAS.budget;
      data.gasData.payment ??= [];
      data.expiration ??= {
        $kind: "ValidDuring",
        ValidDuring: {
          minEpoch: String(epoch),
          maxEpoch: String(epoch + 1),
          minTimestamp: null,
          maxTimestamp: null,
          chain,
          nonce: Math.floor(Math.random() * 2 ** 32),
        },
      };
    }
    await next();
  };
}
