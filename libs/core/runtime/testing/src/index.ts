export { begin, end } from './real-time';
export { TestRuntime } from './test-runtime';
