export default {
  testEnvironment: 'node',
  testMatch: ['**/*.spec.{js,cjs}'],
  moduleFileExtensions: ['js', 'cjs', 'json'],
  transform: {},
};
