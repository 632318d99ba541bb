"""The command line ``fc-async-invoke`` (extra ``cli``): lists, compares and writes programs.

It changes nothing on the service, and runs nothing but ``pulumi``. Only `__main__` may be imported
without the extra.

================== ==========================================================
module             job
================== ==========================================================
``options.py``     the options that commands share; settings and a client of them
``target.py``      pure: which service or function an argument means
``discovery.py``   which configs exist, asked in parallel
``formatting.py``  pure: a config as a table row and as JSON
``program.py``     pure: from configs to a Pulumi program that adopts them
``project.py``     a stack's configuration and state, through Pulumi's command line
``state.py``       pure: the configs in a stack's exported state
``comparison.py``  pure: state against what is on the service
``checks.py``      what `doctor` looks at
``check.py``       pure: the result of one check
``identity.py``    whose keys sign, as STS says
``interpreter.py`` which Python a project uses, and whether it has the package
``probe.py``       whether a host responds, and what its clock says
``processes.py``   another program, run to its end within a time limit
``redaction.py``   pure: foreign text without the passwords in its URLs
``remedies.py``    pure: what to do about what Pulumi says
``console.py``     what is printed, and where
``exit_codes.py``  the exit codes
``commands/``      one module per command
``app.py``         all of them together
================== ==========================================================
"""
