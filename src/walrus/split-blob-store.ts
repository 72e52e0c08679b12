import type {
  BlobLookup,
  BlobsLookup,
  BlobStatus,
  BlobStore,
  ExtendOptions,
  GetOptions,
  PutOptions,
  StoredBlob,
  StreamOptions,
} from "./blob-store.ts";
import type { CollectedCertificate } from "./collect-certificate.ts";
import type { CollectedCertificates } from "./collect-certificates.ts";

type Part = BlobStore & AsyncDisposable;

/** Reads from one store and pays through another: aggregators answer faster than storage nodes, and not every network has publishers. */
export class SplitBlobStore implements BlobStore, AsyncDisposable {
  readonly #reader: Part;
  readonly #writer: Part;

  constructor({ reader, writer }: { readonly reader: Part; readonly writer: Part }) {
    this.#reader = reader;
    this.#writer = writer;
  }

  put(options: PutOptions): Promise<StoredBlob> {
    return this.#writer.put(options);
  }

  extend(options: ExtendOptions): Promise<StoredBlob> {
    return this.#writer.extend(options);
  }

  get(options: GetOptions): Promise<Uint8Array> {
    return this.#reader.get(options);
  }

  stream(options: StreamOptions): AsyncIterable<Uint8Array> {
    return this.#reader.stream(options);
  }

  status(options: BlobLookup): Promise<BlobStatus> {
    return this.#reader.status(options);
  }

  certificate(options: BlobLookup): Promise<CollectedCertificate> {
    return this.#reader.certificate(options);
  }

  certificates(options: BlobsLookup): Promise<CollectedCertificates> {
    return this.#reader.certificates(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader[Symbol.asyncDispose]();
    await this.#writer[Symbol.asyncDispose]();
  }
}
