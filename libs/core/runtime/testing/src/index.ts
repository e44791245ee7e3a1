export { TestRuntime } from './test-runtime';
