"""The command line ``fc-async-invoke`` (extra ``cli``): looks, compares and writes programs.

It changes nothing on the service. Only `__main__` may be imported without the extra.

================== ==========================================================
module             job
================== ==========================================================
``program.py``     pure: from configs to a Pulumi program that takes them over
``state.py``       pure: the configs in a stack's exported state
``comparison.py``  pure: state against what the service answers
``target.py``      pure: which service or function an argument means
``rows.py``        pure: a config as text and as JSON
``redaction.py``   pure: foreign text without the passwords in its URLs
``remedies.py``    pure: what to do about what Pulumi says
``exits.py``       the exit codes
``console.py``     what is printed, and where
``processes.py``   another program, run to its end within a time
``project.py``     a stack's configuration and state, through Pulumi's command line
``options.py``     the options that commands share
``connection.py``  from these options to settings and a client
``discovery.py``   which configs exist, asked in parallel
``probe.py``       whether a host answers, and what its clock says
``checks.py``      what `doctor` looks at
``commands/``      one module per command
``app.py``         all of them together
================== ==========================================================
"""
