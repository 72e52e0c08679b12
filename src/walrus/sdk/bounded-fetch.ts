/** Longest JSON answer of a storage node or relay, in bytes. */
export const ANSWER_LIMIT = 65_536;

/**
 * A `fetch` for the SDK, which follows redirects and reads answers into memory however long they are: here a redirect is an error, and a
 * body breaks off after `limit` bytes.
 */
export function boundedFetch({
  fetch,
  limit = ANSWER_LIMIT,
}: {
  readonly fetch: typeof globalThis.fetch;
  readonly limit?: number;
}): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: "error" });
    if (response.body === null) return response;
    let received = 0;
    const counter = new TransformStream<Uint8Array, Uint8Array>({
      transform: (piece, controller) => {
        received += piece.length;
        if (received > limit) controller.error(new Error(`an answer of more than ${limit} bytes`));
        else controller.enqueue(piece);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
  };
}
