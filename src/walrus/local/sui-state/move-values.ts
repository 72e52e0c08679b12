import { LOCAL_PRICES } from "./local-package.ts";
import { MoveAbort } from "./move-abort.ts";

export interface Coin {
  readonly kind: "coin";
  readonly type: string;
  /** Coins are changed in place, as `&mut Coin` is. */
  balance: bigint;
}

export interface Storage {
  readonly kind: "storage";
  /** Encoded bytes. */
  readonly size: bigint;
  readonly epochs: number;
  spent: boolean;
}

/** A blob that this transaction registers. */
export interface NewBlob {
  readonly kind: "new-blob";
  readonly blobId: string;
  readonly rootHash: `0x${string}`;
  readonly size: number;
  readonly epochs: number;
  readonly deletable: boolean;
  owner: string | undefined;
}

export interface Pure {
  readonly kind: "pure";
  readonly bytes: Uint8Array;
}

/** An object given as an input. */
export interface ObjectInput {
  readonly kind: "object";
  readonly objectId: string;
}

export interface Withdrawal {
  readonly kind: "withdrawal";
  readonly type: string;
  readonly amount: bigint;
}

export type MoveValue = Coin | Storage | NewBlob | Pure | ObjectInput | Withdrawal;

/** The value, if it is of the kind that a parameter takes. */
export function expectKind<K extends MoveValue["kind"]>(
  value: MoveValue | undefined,
  kind: K,
): Extract<MoveValue, { readonly kind: K }> {
  if (value?.kind !== kind)
    throw new MoveAbort(`a ${kind} is wanted, not a ${value?.kind ?? "value that does not exist"}`);
  return value as Extract<MoveValue, { readonly kind: K }>;
}

/** FROST for storing `size` encoded bytes. */
export function priceOf({ size, price }: { readonly size: bigint; readonly price: keyof typeof LOCAL_PRICES }): bigint {
  return ((size + 0xf_ffffn) / 0x10_0000n) * LOCAL_PRICES[price];
}

/** Takes what is due out of a coin. */
export function pay({ coin, type, due }: { readonly coin: Coin; readonly type: string; readonly due: bigint }): void {
  if (coin.type !== type) throw new MoveAbort(`a coin of ${coin.type} where ${type} is wanted`);
  if (coin.balance < due) throw new MoveAbort(`a coin of ${coin.balance} where ${due} is due`);
  coin.balance -= due;
}
