export { type EndpointOptions, type EndpointRequest, startEndpoint, type TestEndpoint } from './start-endpoint.ts';
