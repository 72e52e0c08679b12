import { EncoderPool } from "../../../src/walrus/encoder-pool.ts";
import { LocalWalrus, type LocalWalrusOptions } from "../../../src/walrus/local/local-walrus.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../temporary-directory.ts";

/** Milliseconds. */
const TIMEOUT = 20_000;

export interface NetworkContext {
  /** Starts a network of 10 shards and 4 nodes, or other options, in the test's folder. */
  readonly start: (options?: Partial<LocalWalrusOptions>) => Promise<LocalWalrus>;
  readonly folder: () => string;
}

/** Gives each test of the surrounding `describe` a folder, and all of them the same workers. */
export function useNetwork(): NetworkContext {
  let directory: TemporaryDirectory;
  let pool: EncoderPool;
  before(() => {
    pool = new EncoderPool();
  });
  beforeEach(async function () {
    // Signatures take their time where other work runs beside.
    const { currentTest } = this;
    currentTest?.timeout(Math.max(currentTest.timeout(), TIMEOUT));
    directory = await temporaryDirectory();
  });
  afterEach(() => directory[Symbol.asyncDispose]());
  after(() => pool.close());
  return {
    start: (options = {}) => LocalWalrus.start({ directory: directory.path, nShards: 10, nodes: 4, pool, ...options }),
    folder: () => directory.path,
  };
}

export async function put(walrus: LocalWalrus, body: string, query = "epochs=1&permanent=true"): Promise<Response> {
  return fetch(`${walrus.url}/v1/blobs?${query}`, { method: "PUT", body });
}

export async function store(walrus: LocalWalrus, body: string, query?: string): Promise<string> {
  const answer = (await (await put(walrus, body, query)).json()) as {
    readonly newlyCreated?: { readonly blobObject: { readonly blobId: string } };
    readonly alreadyCertified?: { readonly blobId: string };
  };
  return answer.newlyCreated?.blobObject.blobId ?? answer.alreadyCertified?.blobId ?? "";
}

export async function errorOf(response: Response): Promise<unknown> {
  const { error } = (await response.json()) as {
    readonly error: { readonly details: readonly { readonly reason: string }[] };
  };
  return [response.status, error.details[0]?.reason];
}
