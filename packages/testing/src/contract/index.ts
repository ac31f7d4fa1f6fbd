export {
  type InstrumentationOptions,
  type InstrumentationSubject,
  type TestFramework,
  testInstrumentation,
} from './test-instrumentation.ts';
