/** The local network's face, apart from the library so that nobody loads a server by accident. */
export { LocalWalrus } from "./walrus/local/local-walrus.ts";
export type { LocalWalrusOptions } from "./walrus/local/local-walrus.ts";
