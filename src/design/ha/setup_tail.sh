
echo "@NODE@ is set up: RUNBOOK.md says what to look at."
