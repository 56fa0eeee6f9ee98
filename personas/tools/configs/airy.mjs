import stylistic from "@stylistic/eslint-plugin";

/** Allman braces and room inside brackets. */
export default [
  {
    plugins: { "@stylistic": stylistic },
    rules: {
      "@stylistic/brace-style": ["error", "allman"],
      "@stylistic/space-in-parens": ["error", "always"],
      "@stylistic/array-bracket-spacing": ["error", "always"],
      "@stylistic/computed-property-spacing": ["error", "always"],
      "@stylistic/template-curly-spacing": ["error", "always"],
      "@stylistic/quotes": ["error", "single", { avoidEscape: true }],
      "@stylistic/indent": ["error", 4, { SwitchCase: 1 }],
      "@stylistic/comma-dangle": ["error", "never"],
      "@stylistic/space-unary-ops": ["error", { words: true, nonwords: true, overrides: { "++": false, "--": false } }],
      "@stylistic/padding-line-between-statements": ["error", { blankLine: "always", prev: "*", next: "return" }],
    },
  },
];
