import * as snarkjs from "snarkjs";

/** A file that snarkjs keeps in memory; it writes `data`. */
export interface MemoryFile {
  readonly type: "mem";
  data?: Uint8Array;
}

export const emptyFile = (): Required<MemoryFile> => ({ type: "mem" }) as Required<MemoryFile>;
export const fileOf = (data: Uint8Array): Required<MemoryFile> => ({ type: "mem", data });

/** BN254 with the threads that compute on it. */
interface Curve {
  terminate(): Promise<void>;
}

interface Curves {
  getCurveFromName(name: "bn128", options: { readonly singleThread: boolean }): Promise<Curve>;
}

/** Of snarkjs's own, which its typings leave out. */
const { curves } = snarkjs as unknown as { readonly curves: Curves };

/** The curve for the set-up. snarkjs builds it once in a process and keeps it; its threads stay until `terminate`. */
export async function openCurve(): Promise<Curve> {
  return await curves.getCurveFromName("bn128", { singleThread: false });
}
