using System.Collections;
using System.Management.Automation;
using System.Text;

namespace DeltaTools.Module.Tests.Harness;

/// <summary>All that a script says: every stream at the highest verbosity, every error with all that it carries, every object as it is shown.</summary>
internal static class SpokenText
{
    public static string Of(ModuleSession session, string script)
    {
        using PowerShell shell = session.Shell(
            "$VerbosePreference = $DebugPreference = $InformationPreference = $WarningPreference = $ProgressPreference = 'Continue'\n" + script);
        session.Host.ClearText();
        var text = new StringBuilder();
        List<PSObject> output = [];
        List<ErrorRecord> errors = [];
        try
        {
            shell.Invoke(null, output, null);
        }
        catch (RuntimeException e)
        {
            errors.Add(e.ErrorRecord);
        }
        errors.AddRange(shell.Streams.Error);
        foreach (ErrorRecord error in errors)
        {
            object?[] parts =
            [
                error, error.Exception, error.FullyQualifiedErrorId, error.CategoryInfo, error.ErrorDetails, error.ErrorDetails?.RecommendedAction,
                error.TargetObject, error.ScriptStackTrace,
            ];
            text.AppendLine(string.Join('\n', parts));
            for (Exception? cause = error.Exception; cause is not null; cause = cause.InnerException) Add(text, cause);
        }
        foreach (object line in shell.Streams.Verbose.Cast<object>().Concat(shell.Streams.Debug).Concat(shell.Streams.Warning)
            .Concat(shell.Streams.Information).Concat(shell.Streams.Progress)) text.AppendLine(line.ToString());
        foreach (PSObject item in output) Add(text, item);
        using PowerShell view = session.Shell("$input | Out-Default");
        view.Invoke(output);
        return text.Append(session.Host.Text).ToString();
    }

    private static void Add(StringBuilder text, object item)
    {
        text.AppendLine(item.ToString());
        foreach (PSPropertyInfo property in PSObject.AsPSObject(item).Properties)
        {
            try
            {
                text.AppendLine(string.Join(" = ", property.Name, property.Value));
                if (property.Value is IDictionary map)
                {
                    foreach (object? key in map.Keys) text.AppendLine(string.Join(" = ", key, map[key!]));
                }
            }
            catch (GetValueException)
            {
                // Properties of the runtime's own objects may fail.
            }
        }
    }
}
