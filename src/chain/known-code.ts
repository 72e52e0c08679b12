import { getBytes } from "ethers";

/** A contract's code as it stands on chain, but for its immutables. */
export interface CodeTemplate {
  readonly code: Uint8Array;
  /** Where its immutables stand: a word each, zero in `code`. */
  readonly immutables: readonly number[];
}

const WORD = 32;
const PUSH1 = 0x60;
const PUSH32 = 0x7f;
/** A constructor of solc ends by copying the code out of its own: PUSH2 length, SWAP1, DUP2, PUSH2 offset, DUP, CODECOPY. */
const COPIES_CODE = /61([0-9a-f]{4})908161([0-9a-f]{4})8[0-9a-f]39/;

/**
 * The code that a creation bytecode leaves on chain. In it solc leaves room for each use of an immutable as a PUSH32 of zeros, which it
 * makes for nothing else: a zero is pushed as one byte or none.
 * @returns undefined for bytecode of another form
 */
export function codeTemplate(creation: string): CodeTemplate | undefined {
  const [, length = "", offset = ""] = COPIES_CODE.exec(creation) ?? [];
  const code = getBytes(creation).subarray(Number.parseInt(offset, 16));
  if (length === "" || code.length !== Number.parseInt(length, 16)) return undefined;
  const immutables: number[] = [];
  for (let at = 0; at < code.length; at += 1) {
    const opcode = code[at] ?? 0;
    if (opcode < PUSH1 || opcode > PUSH32) continue;
    const word = code.subarray(at + 1, at + 1 + WORD);
    if (opcode === PUSH32 && word.length === WORD && word.every((byte) => byte === 0)) immutables.push(at + 1);
    at += opcode - PUSH1 + 1;
  }
  return { code, immutables };
}

/**
 * The words of the immutables in a contract's code, in the order of their places.
 * @param code What a node says stands at an address
 * @returns undefined where the code differs in anything else
 */
export function immutablesIn(code: string, template: CodeTemplate): readonly bigint[] | undefined {
  const bytes = Buffer.from(getBytes(code));
  const words = template.immutables.map((at) => bytes.subarray(at, at + WORD));
  if (bytes.length !== template.code.length) return undefined;
  const values = words.map((word) => BigInt(`0x${word.toString("hex")}`));
  for (const word of words) word.fill(0);
  return bytes.equals(template.code) ? values : undefined;
}
