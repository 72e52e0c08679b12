/**
 * A client of Sui as `@mysten/sui` makes them, `SuiGrpcClient` for one. Under its own type, whoever compiles against the declarations
 * of a store would need that package, which is optional.
 */
export interface SuiClient {
  readonly core: object;
}
