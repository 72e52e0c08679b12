import { bcs } from "@mysten/sui/bcs";
import type { TransactionDataBuilder } from "@mysten/sui/transactions";
import { normalizeSuiAddress } from "@mysten/sui/utils";

import { MoveAbort } from "./move-abort.ts";
import { type CallContext, type LedgerAction, MOVE_FUNCTIONS } from "./move-functions.ts";
import { type Coin, expectKind, type MoveValue } from "./move-values.ts";

type Data = Pick<TransactionDataBuilder, "inputs" | "commands">;
type Argument = {
  readonly $kind: string;
  readonly Input?: number;
  readonly Result?: number;
  readonly NestedResult?: readonly [number, number];
};

/** SUI or WAL that a transaction gave to someone. */
export interface Payment {
  readonly to: string;
  readonly type: string;
  readonly amount: bigint;
}

export interface ProgramOutcome {
  readonly actions: readonly LedgerAction[];
  readonly payments: readonly Payment[];
}

function inputValue(input: Data["inputs"][number]): MoveValue | undefined {
  if (input.Pure !== undefined) return { kind: "pure", bytes: new Uint8Array(Buffer.from(input.Pure.bytes, "base64")) };
  if (input.FundsWithdrawal !== undefined) {
    const { reservation, typeArg } = input.FundsWithdrawal;
    return { kind: "withdrawal", type: typeArg.Balance, amount: BigInt(reservation.MaxAmountU64) };
  }
  const objectId = input.Object?.SharedObject?.objectId ?? input.Object?.ImmOrOwnedObject?.objectId;
  return objectId === undefined ? undefined : { kind: "object", objectId };
}

/**
 * Runs a programmable transaction as far as clients of Walrus need it: `system` and `coin` calls, splits and merges of coins, and
 * transfers. Nothing is changed: the caller carries out the actions.
 * @throws MoveAbort
 */
export function runProgram({
  data,
  nShards,
  storageSizeOf,
}: {
  readonly data: Data;
  readonly nShards: number;
  readonly storageSizeOf: CallContext["storageSizeOf"];
}): ProgramOutcome {
  const actions: LedgerAction[] = [];
  const payments: Payment[] = [];
  const results: (MoveValue | undefined)[][] = [];
  const coins: Coin[] = [];
  const inputs = data.inputs.map(inputValue);

  const valueOf = (argument: Argument): MoveValue | undefined => {
    if (argument.Input !== undefined) return inputs[argument.Input];
    if (argument.Result !== undefined) return results[argument.Result]?.[0];
    if (argument.NestedResult !== undefined) return results[argument.NestedResult[0]]?.[argument.NestedResult[1]];
    throw new MoveAbort("the gas coin, which this network does not keep");
  };
  const kept = (value: MoveValue | undefined): MoveValue | undefined => {
    if (value?.kind === "coin") coins.push(value);
    return value;
  };
  const amountOf = (argument: Argument): bigint => BigInt(bcs.u64().parse(expectKind(valueOf(argument), "pure").bytes));

  for (const command of data.commands) {
    if (command.MoveCall !== undefined) {
      const { package: of, module, function: name, arguments: given, typeArguments } = command.MoveCall;
      const target = `${normalizeSuiAddress(of)}::${module}::${name}`;
      const move = MOVE_FUNCTIONS.get(target);
      if (move === undefined) throw new MoveAbort(`the local network has no ${target}`);
      const context = {
        nShards,
        typeArgument: typeArguments[0],
        storageSizeOf,
        do: (action: LedgerAction) => actions.push(action),
      };
      results.push([kept(move(given.map(valueOf), context))]);
    } else if (command.SplitCoins !== undefined) {
      const coin = expectKind(valueOf(command.SplitCoins.coin), "coin");
      results.push(
        command.SplitCoins.amounts.map((argument) => {
          const balance = amountOf(argument);
          if (coin.balance < balance) throw new MoveAbort(`a coin of ${coin.balance} holds no ${balance}`);
          coin.balance -= balance;
          return kept({ kind: "coin", type: coin.type, balance });
        }),
      );
    } else if (command.TransferObjects !== undefined) {
      const to = bcs.Address.parse(expectKind(valueOf(command.TransferObjects.address), "pure").bytes);
      for (const argument of command.TransferObjects.objects) {
        const value = valueOf(argument);
        if (value?.kind === "new-blob") value.owner = to;
        else if (value?.kind === "coin") {
          payments.push({ to, type: value.type, amount: value.balance });
          value.balance = 0n;
        } else if (value?.kind !== "storage") throw new MoveAbort(`no ${value?.kind ?? "object"} is transferred here`);
      }
      results.push([]);
    } else {
      throw new MoveAbort(`the local network knows no ${command.$kind}`);
    }
  }
  if (coins.some(({ balance }) => balance !== 0n)) throw new MoveAbort("a coin is left over");
  for (const action of actions) {
    if (action.kind === "register" && action.blob.owner === undefined) throw new MoveAbort("a blob is given to nobody");
  }
  return { actions, payments };
}
