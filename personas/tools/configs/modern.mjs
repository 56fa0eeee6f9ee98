/** What ECMAScript 2015 brought, wherever ESLint's own rules can write it. */
export default [
  {
    languageOptions: { sourceType: "commonjs" },
    rules: {
      "no-var": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      "object-shorthand": "error",
      "prefer-arrow-callback": "error",
      "arrow-body-style": "error",
      "prefer-exponentiation-operator": "error",
      "prefer-spread": "error",
      "prefer-object-spread": "error",
      "operator-assignment": "error",
      "dot-notation": "error",
      "no-useless-return": "error",
      "no-else-return": ["error", { allowElseIf: false }],
      "no-lonely-if": "error",
      "no-unneeded-ternary": "error",
      "no-extra-boolean-cast": "error",
      "no-implicit-coercion": "error",
      "logical-assignment-operators": "error",
      curly: "error",
      yoda: "error",
    },
  },
];
