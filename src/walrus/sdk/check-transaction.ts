import { bcs } from "@mysten/sui/bcs";
import { TransactionDataBuilder } from "@mysten/sui/transactions";
import { normalizeSuiAddress } from "@mysten/sui/utils";

import { ScrimshawError } from "../../errors.ts";

type Command = TransactionDataBuilder["commands"][number];
type Argument = Extract<Command, { $kind: "TransferObjects" }>["TransferObjects"]["address"];

/** A call of Walrus's `system` module that is wanted. */
export interface ExpectedCall {
  readonly name: string;
  /** Plain arguments by their place, in BCS. */
  readonly pure: Readonly<Record<number, Uint8Array>>;
}

/** What a transaction may do: everything else is refused before it is signed. */
export interface TransactionLimits {
  /** Sui address that signs and pays. */
  readonly sender: string;
  /** Where Walrus's contracts are. */
  readonly packageId: string;
  /** The calls of Walrus's contracts, in this order. */
  readonly calls: readonly ExpectedCall[];
  /** The one object of the sender that may be handed to them. */
  readonly objectId?: string | undefined;
  /** FROST that may be handed to them, at most. */
  readonly cost: bigint;
  /** MIST. */
  readonly gas: bigint;
  /** The one payment to someone else. */
  readonly tip?: { readonly address: string; readonly amount: bigint } | undefined;
}

const COIN_FUNCTIONS = new Set(["redeem_funds", "send_funds", "destroy_zero", "zero"]);
const FRAMEWORK = normalizeSuiAddress("0x2");

function refuse(expected: string, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.transaction-unexpected",
    expected,
    found,
    next: "Nothing was signed. Name another Sui node (`suiUrl`): it helped to build this transaction.",
  });
}

/**
 * Checks a built transaction before it is signed. A Sui node has had a hand in it (gas, coins, versions, and with gRPC all of it), so it
 * is read again from its bytes: who pays, which functions are called, how much they can take, and who is given what.
 * @throws ScrimshawError `walrus.transaction-unexpected`
 */
export function checkTransaction({
  bytes,
  limits,
}: {
  readonly bytes: Uint8Array;
  readonly limits: TransactionLimits;
}): void {
  const data = TransactionDataBuilder.fromBytes(bytes);
  checkPayer({ data, limits });
  let calls = 0;
  let spent = 0n;
  let tip = 0n;
  for (const command of data.commands) {
    if (command.MoveCall !== undefined) {
      const { package: of, module, function: name, arguments: given } = command.MoveCall;
      const target = `${of}::${module}::${name}`;
      if (normalizeSuiAddress(of) === FRAMEWORK && module === "coin" && COIN_FUNCTIONS.has(name)) {
        if (name === "send_funds" && addressOf({ data, argument: given[1] }) !== limits.sender) {
          throw refuse("coins that go back to the sender", "coins for someone else");
        }
        continue;
      }
      const call = limits.calls[calls];
      if (normalizeSuiAddress(of) !== limits.packageId || module !== "system" || call?.name !== name) {
        throw refuse(`a call of ${call?.name ?? "nothing more"}`, `a call of ${target.slice(0, 200)}`);
      }
      calls += 1;
      checkArguments({ data, call, given });
      for (const argument of given) spent += amountOf({ data, argument, limits });
    } else if (command.TransferObjects !== undefined) {
      const { address, objects } = command.TransferObjects;
      const to = addressOf({ data, argument: address });
      if (to === limits.sender) continue;
      if (to !== limits.tip?.address) throw refuse("objects for the sender alone", `objects for ${to ?? "someone"}`);
      for (const argument of objects) {
        const amount = amountOf({ data, argument, limits });
        if (amount === 0n && !isZeroCoin({ data, argument })) throw refuse("a tip in a coin", "something else");
        tip += amount;
      }
    } else if (command.SplitCoins === undefined && command.MergeCoins === undefined) {
      throw refuse("calls, coins and transfers", `the command ${command.$kind}`);
    }
  }
  if (calls !== limits.calls.length) throw refuse(`${limits.calls.length} calls of Walrus`, `${calls} calls`);
  if (spent > limits.cost) throw refuse(`at most ${limits.cost} FROST for Walrus`, `${spent} FROST`);
  if (tip !== (limits.tip?.amount ?? 0n)) throw refuse(`a tip of ${limits.tip?.amount ?? 0n} MIST`, `${tip} MIST`);
}

function checkPayer({
  data,
  limits,
}: {
  readonly data: TransactionDataBuilder;
  readonly limits: TransactionLimits;
}): void {
  const { sender, gasData } = data;
  if (sender !== limits.sender || (gasData.owner ?? sender) !== limits.sender) {
    throw refuse(`${limits.sender} as the sender and payer`, `${sender ?? "nobody"} and ${gasData.owner ?? "nobody"}`);
  }
  const budget = BigInt(gasData.budget ?? 0);
  if (budget > limits.gas) throw refuse(`a gas budget of at most ${limits.gas} MIST`, `${budget} MIST`);
  for (const { FundsWithdrawal } of data.inputs) {
    if (FundsWithdrawal !== undefined && FundsWithdrawal.withdrawFrom.$kind !== "Sender") {
      throw refuse("funds of the sender", `funds of the ${FundsWithdrawal.withdrawFrom.$kind}`);
    }
  }
}

function checkArguments({
  data,
  call,
  given,
}: {
  readonly data: TransactionDataBuilder;
  readonly call: ExpectedCall;
  readonly given: readonly Argument[];
}): void {
  for (const [place, wanted] of Object.entries(call.pure)) {
    const argument = given[Number(place)];
    const pure = argument?.$kind === "Input" ? data.inputs[argument.Input]?.Pure : undefined;
    if (pure !== undefined && Buffer.from(pure.bytes, "base64").equals(wanted)) continue;
    const found = pure === undefined ? "no plain value" : `another one, ${pure.bytes.slice(0, 100)}`;
    throw refuse(`${Buffer.from(wanted).toString("base64").slice(0, 100)} as argument ${place} of ${call.name}`, found);
  }
}

function addressOf({
  data,
  argument,
}: {
  readonly data: TransactionDataBuilder;
  readonly argument: Argument | undefined;
}): string | undefined {
  const pure = argument?.$kind === "Input" ? data.inputs[argument.Input]?.Pure : undefined;
  if (pure === undefined) return undefined;
  const bytes = Buffer.from(pure.bytes, "base64");
  return bytes.length === 32 ? bcs.Address.parse(bytes) : undefined;
}

/** What a coin holds that was split off; nothing for what is no coin. A coin of unknown worth is refused. */
function amountOf({
  data,
  argument,
  limits,
}: {
  readonly data: TransactionDataBuilder;
  readonly argument: Argument;
  readonly limits: TransactionLimits;
}): bigint {
  if (argument.$kind === "GasCoin") throw refuse("coins of known amounts", "the gas coin");
  if (argument.$kind === "Input") {
    const owned = data.inputs[argument.Input]?.Object?.ImmOrOwnedObject;
    if (owned !== undefined && owned.objectId !== limits.objectId) {
      throw refuse("no object of the sender but the blob's own", `object ${owned.objectId}`);
    }
    return 0n;
  }
  const [index, place] = argument.$kind === "NestedResult" ? argument.NestedResult : [argument.Result, 0];
  const source = data.commands[index];
  if (source?.SplitCoins !== undefined) {
    const amount = source.SplitCoins.amounts[place];
    const pure = amount?.$kind === "Input" ? data.inputs[amount.Input]?.Pure : undefined;
    if (pure === undefined) throw refuse("coins of known amounts", "an amount that is not given");
    return BigInt(bcs.u64().parse(Buffer.from(pure.bytes, "base64")));
  }
  if (source?.MoveCall?.module === "coin" && source.MoveCall.function !== "zero") {
    throw refuse("coins of known amounts", `all that ${source.MoveCall.function} gives`);
  }
  return 0n;
}

function isZeroCoin({
  data,
  argument,
}: {
  readonly data: TransactionDataBuilder;
  readonly argument: Argument;
}): boolean {
  const call = argument.$kind === "Result" ? data.commands[argument.Result]?.MoveCall : undefined;
  return call?.module === "coin" && call.function === "zero" && normalizeSuiAddress(call.package) === FRAMEWORK;
}
