export { type Gateway, type GatewayOptions, startGateway } from './gateway.ts';
export type { EngineState, ServedModel } from './served-engine.ts';
