import { z } from "zod";

const reference = {
  blobId: z.string(),
  contentHash: z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]),
  size: z.int(),
};

/** The blobs of the bench's model, where their bytes lie in its folder, and its manifest. */
export const BlobList = z.object({
  blobs: z.array(
    z.object({
      ...reference,
      pieces: z.array(z.object({ path: z.string(), offset: z.int(), length: z.int() })),
    }),
  ),
  manifest: z.object({ ...reference, bytes: z.base64() }),
});
export type BlobList = z.infer<typeof BlobList>;

/** What all scenarios are told. */
export const Setting = z.object({
  folder: z.string(),
  /** The file that holds the `BlobList`. */
  list: z.string(),
  cache: z.string(),
  /** A file that may be written and thrown away. */
  scratch: z.string(),
  chainUrl: z.string(),
  walrusUrl: z.string(),
  registry: z.string(),
  /** Serves the blobs, once it runs. */
  serveUrl: z.string(),
});
export type Setting = z.infer<typeof Setting>;
