import { expect } from "chai";

import { errorOf, store, useNetwork } from "./use-network.ts";

describe("aggregatorRoutes", () => {
  const { start } = useNetwork();

  it("serves a blob with ETag, cache rules and length, and for HEAD without body", async () => {
    await using walrus = await start();
    const blobId = await store(walrus, "some bytes");
    for (const method of ["GET", "HEAD"]) {
      const response = await fetch(`${walrus.url}/v1/blobs/${blobId}?strict_consistency_check=true`, { method });
      expect(response.status).to.equal(200);
      expect(Object.fromEntries(response.headers)).to.include({
        etag: blobId,
        "cache-control": "public, max-age=86400, stale-while-revalidate=3600",
        "content-length": "10",
        "content-type": "application/octet-stream",
      });
      expect(await response.text()).to.equal(method === "GET" ? "some bytes" : "");
    }
  });

  it("serves one closed range with 206 and refuses every other with 416", async () => {
    await using walrus = await start();
    const url = `${walrus.url}/v1/blobs/${await store(walrus, "some bytes")}`;
    const get = (range: string): Promise<Response> => fetch(url, { headers: { range } });
    const part = await get("bytes=5-9");
    expect(part.status).to.equal(206);
    expect(part.headers.get("content-range")).to.equal("bytes 5-9/10");
    expect(await part.text()).to.equal("bytes");
    for (const range of ["bytes=5-", "bytes=-3", "bytes=0-1,3-4", "bytes=6-5", "bytes=5-10", "lines=1-2"]) {
      expect(await errorOf(await get(range)), range).to.deep.equal([416, "INVALID_BYTE_RANGE"]);
    }
  });

  it("serves the byte-range route with 200 and refuses bad ones with 400", async () => {
    await using walrus = await start();
    const blobId = await store(walrus, "some bytes");
    const url = `${walrus.url}/v1/blobs/${blobId}/byte-range`;
    const part = await fetch(`${url}?start=0&length=4`);
    expect([part.status, part.headers.get("etag"), await part.text()]).to.deep.equal([200, `${blobId}-0-4`, "some"]);
    for (const query of ["start=0&length=0", "start=8&length=3", "start=99999999999999&length=1"]) {
      expect(await errorOf(await fetch(`${url}?${query}`)), query).to.deep.equal([400, "INVALID_BYTE_RANGE"]);
    }
    for (const query of ["start=-1&length=1", "start=0", ""]) {
      expect((await fetch(`${url}?${query}`)).status, query).to.equal(400);
    }
  });

  it("refuses what it does not know with Walrus's error body", async () => {
    await using walrus = await start();
    const get = async (path: string, method = "GET"): Promise<unknown> =>
      errorOf(await fetch(walrus.url + path, { method }));
    expect(await get(`/v1/blobs/${"A".repeat(43)}`)).to.deep.equal([404, "BLOB_NOT_FOUND"]);
    expect((await fetch(`${walrus.url}/v1/blobs/${"A".repeat(43)}`, { method: "HEAD" })).status).to.equal(404);
    expect(await get("/v1/blobs/nonsense")).to.deep.equal([400, "INVALID_REQUEST"]);
    expect(await get("/v1/nothing")).to.deep.equal([404, "NO_SUCH_ROUTE"]);
    expect(await get("/v1/blobs", "DELETE")).to.deep.equal([405, "METHOD_NOT_ALLOWED"]);
    const blobId = await store(walrus, "some bytes");
    const both = "strict_consistency_check=true&skip_consistency_check=true";
    expect(await get(`/v1/blobs/${blobId}?${both}`)).to.deep.equal([400, "INVALID_REQUEST"]);
  });

  it("flips the byte it is told to flip until that is cleared", async () => {
    await using walrus = await start();
    const blobId = await store(walrus, "some bytes");
    const read = async (range?: string): Promise<string> =>
      (await fetch(`${walrus.url}/v1/blobs/${blobId}`, range === undefined ? {} : { headers: { range } })).text();
    walrus.faults.flipByte({ blobId, offset: 5 });
    expect(await read()).not.to.equal("some bytes");
    expect((await read()).slice(0, 5)).to.equal("some ");
    expect(await read("bytes=6-9")).to.equal("ytes");
    expect(await read("bytes=4-6")).not.to.equal(" by");
    walrus.faults.clear();
    expect(await read()).to.equal("some bytes");
  });
});
