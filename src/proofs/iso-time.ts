/** Unix seconds as people read them; a time that no calendar holds stays a number. */
export function isoTime(seconds: bigint | number): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds}` : date.toISOString().replace(".000Z", "Z");
}
