import { concat, keccak256 } from "ethers";
import { refusal } from "./refusal.ts";

/** The registers that identify the code: the whole image, the kernel with its start, and the application. */
const MEASURED = [0, 1, 2] as const;
/** A register holds a SHA-384 hash; of one length, so that no two lists of registers give the same bytes. */
const REGISTER_BYTES = 48;

/**
 * What an attester's `measurement` stands for: keccak256 of PCR0, PCR1 and PCR2, one after another, as OpenGradient computes its PCR hash.
 * @throws ScrimshawError `attesters.document-malformed`, and `attesters.document-debug` for an enclave in debug mode, whose registers are zero
 */
export function measurementOf(pcrs: ReadonlyMap<number, Uint8Array>): `0x${string}` {
  const registers = MEASURED.map((index) => {
    const register = pcrs.get(index);
    if (register?.length !== REGISTER_BYTES) {
      throw refusal("malformed", {
        expected: `PCR${index} with ${REGISTER_BYTES} bytes`,
        found: register === undefined ? "none" : `${register.length} bytes`,
      });
    }
    if (register.every((byte) => byte === 0)) {
      throw refusal("debug", {
        expected: `PCR${index} to measure the enclave`,
        found: "zeros: it runs in debug mode, where its host can read its memory",
      });
    }
    return register;
  });
  return keccak256(concat(registers)) as `0x${string}`;
}
