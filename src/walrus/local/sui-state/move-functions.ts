import { bcs } from "@mysten/sui/bcs";
import { normalizeStructTag } from "@mysten/sui/utils";

import { blobIdFromHex } from "../../blob-id.ts";
import { encodedSize } from "../../encoding-parameters.ts";
import type { Certificate } from "../../verify-certificate.ts";
import { LOCAL_PACKAGE, LOCAL_WAL_TYPE } from "./local-package.ts";
import { MoveAbort } from "./move-abort.ts";
import { type Coin, expectKind, type MoveValue, type NewBlob, pay, priceOf, type Storage } from "./move-values.ts";

/** What a transaction does to the ledger once all of it has gone through. */
export type LedgerAction =
  | { readonly kind: "register"; readonly blob: NewBlob }
  | { readonly kind: "certify"; readonly objectId: string; readonly certificate: Certificate }
  | { readonly kind: "extend"; readonly objectId: string; readonly epochs: number }
  | { readonly kind: "delete"; readonly objectId: string };

export interface CallContext {
  readonly nShards: number;
  readonly typeArgument: string | undefined;
  /** Encoded bytes and end epoch of a blob object. */
  readonly storageSizeOf: (objectId: string) => bigint;
  readonly do: (action: LedgerAction) => void;
}

type MoveFunction = (values: readonly (MoveValue | undefined)[], context: CallContext) => MoveValue | undefined;

const wal = normalizeStructTag(LOCAL_WAL_TYPE);

function pure<T>(value: MoveValue | undefined, type: { readonly parse: (bytes: Uint8Array) => T }): T {
  return type.parse(expectKind(value, "pure").bytes);
}

function hex(bytes: ArrayLike<number>): `0x${string}` {
  return `0x${Buffer.from(Uint8Array.from(bytes)).toString("hex")}`;
}

/** The 32 bytes whose little-endian reading a `u256` is. */
function bytesOf(value: MoveValue | undefined): `0x${string}` {
  return hex(expectKind(value, "pure").bytes);
}

function checkSystem(value: MoveValue | undefined): void {
  if (expectKind(value, "object").objectId !== LOCAL_PACKAGE.systemObjectId)
    throw new MoveAbort("not the system object");
}

function reserveSpace([system, amount, epochsAhead, payment]: readonly (MoveValue | undefined)[]): Storage {
  checkSystem(system);
  const size = BigInt(pure(amount, bcs.u64()));
  const epochs = pure(epochsAhead, bcs.u32());
  pay({ coin: expectKind(payment, "coin"), type: wal, due: priceOf({ size, price: "storage" }) * BigInt(epochs) });
  return { kind: "storage", size, epochs, spent: false };
}

function registerBlob(values: readonly (MoveValue | undefined)[], { nShards, do: act }: CallContext): NewBlob {
  const [system, space, blobId, rootHash, unencoded, encodingType, deletable, payment] = values;
  checkSystem(system);
  const storage = expectKind(space, "storage");
  const size = Number(pure(unencoded, bcs.u64()));
  if (pure(encodingType, bcs.u8()) !== 1) throw new MoveAbort("the encoding type is not RS2");
  const needed = BigInt(encodedSize({ size, nShards }));
  if (storage.spent || storage.size < needed) throw new MoveAbort(`storage of ${storage.size} for ${needed} bytes`);
  storage.spent = true;
  pay({ coin: expectKind(payment, "coin"), type: wal, due: priceOf({ size: needed, price: "write" }) });
  const blob: NewBlob = {
    kind: "new-blob",
    blobId: blobIdFromHex(bytesOf(blobId)),
    rootHash: bytesOf(rootHash),
    size,
    epochs: storage.epochs,
    deletable: pure(deletable, bcs.bool()),
    owner: undefined,
  };
  act({ kind: "register", blob });
  return blob;
}

function certifyBlob(
  [system, blob, signature, bitmap, message]: readonly (MoveValue | undefined)[],
  { do: act }: CallContext,
): undefined {
  checkSystem(system);
  const { objectId } = expectKind(blob, "object");
  const [signed, signers, text] = [signature, bitmap, message].map((bytes) => hex(pure(bytes, bcs.byteVector())));
  if (signed === undefined || signers === undefined || text === undefined) throw new MoveAbort("too few arguments");
  act({ kind: "certify", objectId, certificate: { message: text, bitmap: signers, signature: signed } });
}

function extendBlob(
  [system, blob, more, payment]: readonly (MoveValue | undefined)[],
  { do: act, storageSizeOf }: CallContext,
): undefined {
  checkSystem(system);
  const { objectId } = expectKind(blob, "object");
  const epochs = pure(more, bcs.u32());
  const due = priceOf({ size: storageSizeOf(objectId), price: "storage" }) * BigInt(epochs);
  pay({ coin: expectKind(payment, "coin"), type: wal, due });
  act({ kind: "extend", objectId, epochs });
}

function deleteBlob([system, blob]: readonly (MoveValue | undefined)[], { do: act }: CallContext): Storage {
  checkSystem(system);
  act({ kind: "delete", objectId: expectKind(blob, "object").objectId });
  // What is left of the lease is given away; nothing here can use it again.
  return { kind: "storage", size: 0n, epochs: 0, spent: true };
}

function typed(context: CallContext): string {
  return normalizeStructTag(context.typeArgument ?? "");
}

function ofType(coin: Coin, context: CallContext): Coin {
  if (coin.type !== typed(context)) throw new MoveAbort(`a coin of ${coin.type} where ${typed(context)} is wanted`);
  return coin;
}

function redeemFunds([value]: readonly (MoveValue | undefined)[], context: CallContext): Coin {
  const { type, amount } = expectKind(value, "withdrawal");
  return ofType({ kind: "coin", type: normalizeStructTag(type), balance: amount }, context);
}

function destroyZero([value]: readonly (MoveValue | undefined)[], context: CallContext): undefined {
  const coin = ofType(expectKind(value, "coin"), context);
  if (coin.balance !== 0n) throw new MoveAbort(`a coin of ${coin.balance} is not zero`);
}

/** Gives a coin to an address, whose balances are not kept here. */
function sendFunds([value]: readonly (MoveValue | undefined)[], context: CallContext): undefined {
  ofType(expectKind(value, "coin"), context).balance = 0n;
}

const coins = `0x${"2".padStart(64, "0")}::coin`;
const system = `${LOCAL_PACKAGE.packageId}::system`;

/** The Move functions that clients of Walrus call, by their full names. */
export const MOVE_FUNCTIONS: ReadonlyMap<string, MoveFunction> = new Map<string, MoveFunction>([
  [`${system}::reserve_space`, reserveSpace],
  [`${system}::register_blob`, registerBlob],
  [`${system}::certify_blob`, certifyBlob],
  [`${system}::extend_blob`, extendBlob],
  [`${system}::delete_blob`, deleteBlob],
  [`${coins}::redeem_funds`, redeemFunds],
  [`${coins}::send_funds`, sendFunds],
  [`${coins}::destroy_zero`, destroyZero],
  [`${coins}::zero`, (_, context) => ({ kind: "coin", type: typed(context), balance: 0n })],
]);
